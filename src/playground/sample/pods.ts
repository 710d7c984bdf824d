import type { App } from './company.ts'
import type { Labels, PodTemplate } from './shapes.ts'

export const labelsOf = (app: App, version = app.version): Labels => ({
  'app.kubernetes.io/name': app.name,
  'app.kubernetes.io/component': app.component,
  'app.kubernetes.io/part-of': app.namespace,
  'app.kubernetes.io/version': version,
})

export const selectorOf = ({ name }: { readonly name: string }): Labels => ({ 'app.kubernetes.io/name': name })

/** What an app's Pods are made from. */
export function podTemplate(app: App, version = app.version): PodTemplate {
  return {
    metadata: { labels: labelsOf(app, version), annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(app.port) } },
    spec: {
      serviceAccountName: app.name,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
      ...(app.namespace === 'kube-system' ? { priorityClassName: 'system-cluster-critical', priority: 2_000_000_000 } : { priority: 0 }),
      ...(app.kind === 'DaemonSet' ? { tolerations: [{ operator: 'Exists' }] } : {}),
      containers: [
        {
          name: app.name,
          image: `${app.image}:${version}`,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ name: 'main', containerPort: app.port, protocol: 'TCP' }],
          env: [
            { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
            { name: 'API_KEY', valueFrom: { secretKeyRef: { name: app.name, key: 'api-key' } } },
          ],
          envFrom: [{ configMapRef: { name: app.name } }],
          resources: { requests: { cpu: app.cpu, memory: app.memory }, limits: { memory: app.memory } },
          readinessProbe: { httpGet: { path: '/ready', port: 'main', scheme: 'HTTP' }, periodSeconds: 5, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
          livenessProbe: { httpGet: { path: '/live', port: 'main', scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
          volumeMounts: [{ name: 'config', mountPath: '/etc/app', readOnly: true }, ...(app.volume === undefined ? [] : [{ name: 'data', mountPath: '/var/lib/data' }])],
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      volumes: [{ name: 'config', configMap: { name: app.name, defaultMode: 420 } }],
    },
  }
}

/** The template with another version of its image, as a release changes it. */
export function withVersion(template: PodTemplate, version: string): PodTemplate {
  const [main, ...others] = template.spec.containers
  if (main === undefined) return template
  const labels = { ...template.metadata.labels, 'app.kubernetes.io/version': version }
  return { ...template, metadata: { ...template.metadata, labels }, spec: { ...template.spec, containers: [{ ...main, image: `${main.image.replace(/:[^:]*$/, '')}:${version}` }, ...others] } }
}

export const versionOf = (template: PodTemplate): string => template.metadata.labels['app.kubernetes.io/version'] ?? ''
