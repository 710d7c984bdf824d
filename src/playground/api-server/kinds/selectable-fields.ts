/** What field selectors may name, by plural, as kube-apiserver 1.37 has it. */
const fields: Readonly<Record<string, string>> = {
  events:
    'metadata.name metadata.namespace involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent source type',
  jobs: 'metadata.name metadata.namespace status.successful',
  namespaces: 'metadata.name status.phase',
  nodes: 'metadata.name spec.unschedulable',
  pods: 'metadata.name metadata.namespace spec.nodeName spec.host spec.hostNetwork spec.restartPolicy spec.schedulerName spec.serviceAccountName status.phase status.podIP status.podIPs status.nominatedNodeName',
  replicationcontrollers: 'metadata.name metadata.namespace status.replicas',
  secrets: 'metadata.name metadata.namespace type',
  services: 'metadata.name metadata.namespace spec.clusterIP spec.type',
}

export function selectableFieldsOf(plural: string): readonly string[] {
  return (fields[plural] ?? 'metadata.name metadata.namespace').split(' ')
}

/** Custom resources: names, and what their definition adds (KEP-4358). */
export function customSelectableFields(namespaced: boolean, declared: readonly { readonly jsonPath: string }[]): readonly string[] {
  return ['metadata.name', ...(namespaced ? ['metadata.namespace'] : []), ...declared.map(({ jsonPath }) => jsonPath.replace(/^\./, ''))]
}
