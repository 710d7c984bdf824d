/**
 * The types of the built-in kinds, as Kubernetes 1.37 describes them under /openapi/v3, without
 * its prose: a section per package (its short name here, its full name there), a line per type,
 * then its fields. `name!` is a required field, `name:type` a field that is no string. A type
 * may be of another package (`meta.ObjectMeta`), a list (`[]`), a list whose elements are told
 * apart by some of their fields (`[]@name`), or a map (`{}`).
 */
export const builtInTypes = `
# core io.k8s.api.core.v1
AWSElasticBlockStoreVolumeSource fsType partition:int32 readOnly:bool volumeID!
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
AppArmorProfile localhostProfile type!
AttachedVolume devicePath! name!
AzureDiskVolumeSource cachingMode diskName! diskURI! fsType kind readOnly:bool
AzureFilePersistentVolumeSource readOnly:bool secretName! secretNamespace shareName!
AzureFileVolumeSource readOnly:bool secretName! shareName!
CSIPersistentVolumeSource controllerExpandSecretRef:SecretReference controllerPublishSecretRef:SecretReference driver! fsType nodeExpandSecretRef:SecretReference nodePublishSecretRef:SecretReference nodeStageSecretRef:SecretReference readOnly:bool volumeAttributes:string{} volumeHandle!
CSIVolumeSource driver! fsType nodePublishSecretRef:LocalObjectReference readOnly:bool volumeAttributes:string{}
Capabilities add:string[] drop:string[]
CephFSPersistentVolumeSource monitors!:string[] path readOnly:bool secretFile secretRef:SecretReference user
CephFSVolumeSource monitors!:string[] path readOnly:bool secretFile secretRef:LocalObjectReference user
CinderPersistentVolumeSource fsType readOnly:bool secretRef:SecretReference volumeID!
CinderVolumeSource fsType readOnly:bool secretRef:LocalObjectReference volumeID!
ClientIPConfig timeoutSeconds:int32
ClusterTrustBundleProjection labelSelector:meta.LabelSelector name optional:bool path! signerName user:int64
ConfigMap binaryData:bytes{} data:string{} immutable:bool metadata:meta.ObjectMeta
ConfigMapEnvSource name optional:bool
ConfigMapKeySelector key! name optional:bool
ConfigMapNodeConfigSource kubeletConfigKey! name! namespace! resourceVersion uid
ConfigMapProjection items:KeyToPath[] name optional:bool
ConfigMapVolumeSource defaultMode:int32 defaultUser:int64 items:KeyToPath[] name optional:bool
Container args:string[] command:string[] env:EnvVar[]@name envFrom:EnvFromSource[] image imagePullPolicy lifecycle:Lifecycle livenessProbe:Probe name! ports:ContainerPort[]@containerPort,protocol readinessProbe:Probe resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements restartPolicy restartPolicyRules:ContainerRestartRule[] securityContext:SecurityContext startupProbe:Probe stdin:bool stdinOnce:bool terminationMessagePath terminationMessagePolicy tty:bool volumeDevices:VolumeDevice[]@devicePath volumeMounts:VolumeMount[]@mountPath workingDir
ContainerExtendedResourceRequest containerName! requestName! resourceName!
ContainerImage names:string[] sizeBytes:int64
ContainerPort containerPort!:int32 hostIP hostPort:int32 name protocol
ContainerResizePolicy resourceName! restartPolicy!
ContainerRestartRule action! exitCodes:ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes operator! values:int32[]
ContainerState running:ContainerStateRunning terminated:ContainerStateTerminated waiting:ContainerStateWaiting
ContainerStateRunning startedAt:time
ContainerStateTerminated containerID exitCode!:int32 finishedAt:time message reason signal:int32 startedAt:time
ContainerStateWaiting message reason
ContainerStatus allocatedResources:quantity{} allocatedResourcesStatus:ResourceStatus[]@name containerID image! imageID! lastState:ContainerState name! ready!:bool resources:ResourceRequirements restartCount!:int32 started:bool state:ContainerState stopSignal user:ContainerUser volumeMounts:VolumeMountStatus[]@mountPath
ContainerUser linux:LinuxContainerUser
DaemonEndpoint Port!:int32
DownwardAPIProjection items:DownwardAPIVolumeFile[]
DownwardAPIVolumeFile fieldRef:ObjectFieldSelector mode:int32 path! resourceFieldRef:ResourceFieldSelector user:int64
DownwardAPIVolumeSource defaultMode:int32 defaultUser:int64 items:DownwardAPIVolumeFile[]
EmptyDirVolumeSource medium mode:int32 sizeLimit:quantity
EndpointAddress hostname ip! nodeName targetRef:ObjectReference
EndpointPort appProtocol name port!:int32 protocol
EndpointSubset addresses:EndpointAddress[] notReadyAddresses:EndpointAddress[] ports:EndpointPort[]
Endpoints metadata:meta.ObjectMeta subsets:EndpointSubset[]
EnvFromSource configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource
EnvVar name! value valueFrom:EnvVarSource
EnvVarSource configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef:FileKeySelector resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
EphemeralContainer args:string[] command:string[] env:EnvVar[]@name envFrom:EnvFromSource[] image imagePullPolicy lifecycle:Lifecycle livenessProbe:Probe name! ports:ContainerPort[]@containerPort,protocol readinessProbe:Probe resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements restartPolicy restartPolicyRules:ContainerRestartRule[] securityContext:SecurityContext startupProbe:Probe stdin:bool stdinOnce:bool targetContainerName terminationMessagePath terminationMessagePolicy tty:bool volumeDevices:VolumeDevice[]@devicePath volumeMounts:VolumeMount[]@mountPath workingDir
EphemeralVolumeSource volumeClaimTemplate:PersistentVolumeClaimTemplate
Event action count:int32 eventTime:micro firstTimestamp:time involvedObject!:ObjectReference lastTimestamp:time message metadata!:meta.ObjectMeta reason related:ObjectReference reportingComponent reportingInstance series:EventSeries source:EventSource type
EventSeries count:int32 lastObservedTime:micro
EventSource component host
EvictionResponder name! priority!:int32
ExecAction command:string[]
FCVolumeSource fsType lun:int32 readOnly:bool targetWWNs:string[] wwids:string[]
FileKeySelector key! optional:bool path! volumeName!
FlexPersistentVolumeSource driver! fsType options:string{} readOnly:bool secretRef:SecretReference
FlexVolumeSource driver! fsType options:string{} readOnly:bool secretRef:LocalObjectReference
FlockerVolumeSource datasetName datasetUUID
GCEPersistentDiskVolumeSource fsType partition:int32 pdName! readOnly:bool
GRPCAction mode port!:int32 service
GitRepoVolumeSource directory repository! revision
GlusterfsPersistentVolumeSource endpoints! endpointsNamespace path! readOnly:bool
GlusterfsVolumeSource endpoints! path! readOnly:bool
HTTPGetAction host httpHeaders:HTTPHeader[] path port!:intOrString protocol scheme
HTTPHeader name! value!
HostAlias hostnames:string[] ip!
HostIP ip!
HostPathVolumeSource path! type
ISCSIPersistentVolumeSource chapAuthDiscovery:bool chapAuthSession:bool fsType initiatorName iqn! iscsiInterface lun!:int32 portals:string[] readOnly:bool secretRef:SecretReference targetPortal!
ISCSIVolumeSource chapAuthDiscovery:bool chapAuthSession:bool fsType initiatorName iqn! iscsiInterface lun!:int32 portals:string[] readOnly:bool secretRef:LocalObjectReference targetPortal!
ImageVolumeSource pullPolicy reference
ImageVolumeStatus imageRef!
KeyToPath key! mode:int32 path! user:int64
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
LimitRange metadata:meta.ObjectMeta spec:LimitRangeSpec
LimitRangeItem default:quantity{} defaultRequest:quantity{} max:quantity{} maxLimitRequestRatio:quantity{} min:quantity{} type!
LimitRangeSpec limits!:LimitRangeItem[]
LinuxContainerUser gid!:int64 supplementalGroups:int64[] uid!:int64
LoadBalancerIngress hostname ip ipMode ports:PortStatus[]
LoadBalancerStatus ingress:LoadBalancerIngress[]
LocalObjectReference name
LocalVolumeSource fsType path!
ModifyVolumeStatus status! targetVolumeAttributesClassName
NFSVolumeSource path! readOnly:bool server!
Namespace metadata:meta.ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceCondition lastTransitionTime:time message reason status! type!
NamespaceSpec finalizers:string[]
NamespaceStatus conditions:NamespaceCondition[]@type phase
Node metadata:meta.ObjectMeta spec:NodeSpec status:NodeStatus
NodeAddress address! type!
NodeAffinity preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[] requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
NodeAllocatableMappedResources name! quantity!:quantity
NodeAllocatableOverheadResources name! perContainer:quantity perPod:quantity
NodeAllocatableResourceClaimStatus containers:string[] mapping:NodeAllocatableMappedResources[]@name overhead:NodeAllocatableOverheadResources[]@name resourceClaimName!
NodeCondition lastHeartbeatTime:time lastTransitionTime:time message reason status! type!
NodeConfigSource configMap:ConfigMapNodeConfigSource
NodeConfigStatus active:NodeConfigSource assigned:NodeConfigSource error lastKnownGood:NodeConfigSource
NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
NodeFeatures supplementalGroupsPolicy:bool
NodePodPreemptionPolicy disableResizePreemption:string[]
NodeRuntimeHandler features:NodeRuntimeHandlerFeatures name
NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:bool userNamespaces:bool
NodeSelector nodeSelectorTerms!:NodeSelectorTerm[]
NodeSelectorRequirement key! operator! values:string[]
NodeSelectorTerm matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]
NodeSpec configSource:NodeConfigSource externalID podCIDR podCIDRs:string[] podPreemptionPolicy:NodePodPreemptionPolicy providerID taints:Taint[] unschedulable:bool
NodeStatus addresses:NodeAddress[]@type allocatable:quantity{} capacity:quantity{} conditions:NodeCondition[]@type config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints declaredFeatures:string[] features:NodeFeatures images:ContainerImage[] nodeInfo:NodeSystemInfo phase runtimeHandlers:NodeRuntimeHandler[] volumesAttached:AttachedVolume[] volumesInUse:string[]
NodeSwapStatus capacity:int64
NodeSystemInfo architecture! bootID! containerRuntimeVersion! kernelVersion! kubeProxyVersion! kubeletVersion! machineID! operatingSystem! osImage! runningInUserNamespace:bool swap:NodeSwapStatus systemUUID!
ObjectFieldSelector apiVersion fieldPath!
ObjectReference apiVersion fieldPath kind name namespace resourceVersion uid
PersistentVolume metadata:meta.ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
PersistentVolumeClaim metadata:meta.ObjectMeta spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus
PersistentVolumeClaimCondition lastProbeTime:time lastTransitionTime:time message reason status! type!
PersistentVolumeClaimSpec accessModes:string[] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:meta.LabelSelector storageClassName volumeAttributesClassName volumeMode volumeName
PersistentVolumeClaimStatus accessModes:string[] allocatedResourceStatuses:string{} allocatedResources:quantity{} capacity:quantity{} conditions:PersistentVolumeClaimCondition[]@type currentVolumeAttributesClassName healthStatus:VolumeHealthStatus modifyVolumeStatus:ModifyVolumeStatus phase
PersistentVolumeClaimTemplate metadata:meta.ObjectMeta spec!:PersistentVolumeClaimSpec
PersistentVolumeClaimVolumeSource claimName! readOnly:bool
PersistentVolumeSpec accessModes:string[] awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFilePersistentVolumeSource capacity:quantity{} cephfs:CephFSPersistentVolumeSource cinder:CinderPersistentVolumeSource claimRef:ObjectReference csi:CSIPersistentVolumeSource fc:FCVolumeSource flexVolume:FlexPersistentVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource glusterfs:GlusterfsPersistentVolumeSource hostPath:HostPathVolumeSource iscsi:ISCSIPersistentVolumeSource local:LocalVolumeSource mountOptions:string[] nfs:NFSVolumeSource nodeAffinity:VolumeNodeAffinity persistentVolumeReclaimPolicy photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource quobyte:QuobyteVolumeSource rbd:RBDPersistentVolumeSource scaleIO:ScaleIOPersistentVolumeSource storageClassName storageos:StorageOSPersistentVolumeSource volumeAttributesClassName volumeMode vsphereVolume:VsphereVirtualDiskVolumeSource
PersistentVolumeStatus lastPhaseTransitionTime:time message phase reason
PhotonPersistentDiskVolumeSource fsType pdID!
Pod metadata:meta.ObjectMeta spec:PodSpec status:PodStatus
PodAffinity preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]
PodAffinityTerm labelSelector:meta.LabelSelector matchLabelKeys:string[] mismatchLabelKeys:string[] namespaceSelector:meta.LabelSelector namespaces:string[] topologyKey!
PodAntiAffinity preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]
PodCertificateProjection certificateChainPath credentialBundlePath keyPath keyType! maxExpirationSeconds:int32 signerName! user:int64 userAnnotations:string{}
PodCondition lastProbeTime:time lastTransitionTime:time message observedGeneration:int64 reason status! type!
PodDNSConfig nameservers:string[] options:PodDNSConfigOption[] searches:string[]
PodDNSConfigOption name value
PodExtendedResourceClaimStatus requestMappings!:ContainerExtendedResourceRequest[] resourceClaimName!
PodIP ip!
PodOS name!
PodReadinessGate conditionType!
PodResourceClaim name! resourceClaimName resourceClaimTemplateName
PodResourceClaimStatus name! resourceClaimName
PodSchedulingGate name!
PodSchedulingGroup podGroupName
PodSecurityContext appArmorProfile:AppArmorProfile fsGroup:int64 fsGroupChangePolicy runAsGroup:int64 runAsNonRoot:bool runAsUser:int64 seLinuxChangePolicy seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups:int64[] supplementalGroupsPolicy sysctls:Sysctl[] windowsOptions:WindowsSecurityContextOptions
PodSpec activeDeadlineSeconds:int64 affinity:Affinity automountServiceAccountToken:bool containers!:Container[]@name dnsConfig:PodDNSConfig dnsPolicy enableServiceLinks:bool ephemeralContainers:EphemeralContainer[]@name evictionResponders:EvictionResponder[]@name hostAliases:HostAlias[]@ip hostIPC:bool hostNetwork:bool hostPID:bool hostUsers:bool hostname hostnameOverride imagePullSecrets:LocalObjectReference[]@name initContainers:Container[]@name nodeName nodeSelector:string{} os:PodOS overhead:quantity{} preemptionPolicy priority:int32 priorityClassName readinessGates:PodReadinessGate[] resourceClaims:PodResourceClaim[]@name resources:ResourceRequirements restartPolicy runtimeClassName schedulerName schedulingGates:PodSchedulingGate[]@name schedulingGroup:PodSchedulingGroup securityContext:PodSecurityContext serviceAccount serviceAccountName setHostnameAsFQDN:bool shareProcessNamespace:bool subdomain terminationGracePeriodSeconds:int64 tolerations:Toleration[] topologySpreadConstraints:TopologySpreadConstraint[]@topologyKey,whenUnsatisfiable volumes:Volume[]@name
PodStatus allocatedResources:quantity{} conditions:PodCondition[]@type containerStatuses:ContainerStatus[] ephemeralContainerStatuses:ContainerStatus[] extendedResourceClaimStatus:PodExtendedResourceClaimStatus hostIP hostIPs:HostIP[]@ip initContainerStatuses:ContainerStatus[] message nodeAllocatableResourceClaimStatuses:NodeAllocatableResourceClaimStatus[]@resourceClaimName nominatedNodeName observedGeneration:int64 phase podIP podIPs:PodIP[]@ip qosClass reason resize resourceClaimStatuses:PodResourceClaimStatus[]@name resources:ResourceRequirements startTime:time volumeHealth:PodVolumeHealth[]@name
PodTemplate metadata:meta.ObjectMeta template:PodTemplateSpec
PodTemplateSpec metadata:meta.ObjectMeta spec:PodSpec
PodVolumeHealth healthConditions:VolumeHealthCondition[]@status,reason lastTransitionTime:time name!
PortStatus error port!:int32 protocol!
PortworxVolumeSource fsType readOnly:bool volumeID!
PreferredSchedulingTerm preference!:NodeSelectorTerm weight!:int32
Probe exec:ExecAction failureThreshold:int32 grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:int32 periodSeconds:int32 successThreshold:int32 tcpSocket:TCPSocketAction terminationGracePeriodSeconds:int64 timeoutSeconds:int32
ProjectedVolumeSource defaultMode:int32 defaultUser:int64 sources:VolumeProjection[]
QuobyteVolumeSource group readOnly:bool registry! tenant user volume!
RBDPersistentVolumeSource fsType image! keyring monitors!:string[] pool readOnly:bool secretRef:SecretReference user
RBDVolumeSource fsType image! keyring monitors!:string[] pool readOnly:bool secretRef:LocalObjectReference user
ReplicationController metadata:meta.ObjectMeta spec:ReplicationControllerSpec status:ReplicationControllerStatus
ReplicationControllerCondition lastTransitionTime:time message reason status! type!
ReplicationControllerSpec minReadySeconds:int32 replicas:int32 selector:string{} template:PodTemplateSpec
ReplicationControllerStatus availableReplicas:int32 conditions:ReplicationControllerCondition[]@type fullyLabeledReplicas:int32 observedGeneration:int64 readyReplicas:int32 replicas!:int32
ResourceClaim name! request
ResourceFieldSelector containerName divisor:quantity resource!
ResourceHealth health message resourceID!
ResourceQuota metadata:meta.ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
ResourceQuotaSpec hard:quantity{} scopeSelector:ScopeSelector scopes:string[]
ResourceQuotaStatus hard:quantity{} used:quantity{}
ResourceRequirements claims:ResourceClaim[]@name limits:quantity{} requests:quantity{}
ResourceStatus name! resources:ResourceHealth[]@resourceID
SELinuxOptions level role type user
ScaleIOPersistentVolumeSource fsType gateway! protectionDomain readOnly:bool secretRef!:SecretReference sslEnabled:bool storageMode storagePool system! volumeName
ScaleIOVolumeSource fsType gateway! protectionDomain readOnly:bool secretRef!:LocalObjectReference sslEnabled:bool storageMode storagePool system! volumeName
ScopeSelector matchExpressions:ScopedResourceSelectorRequirement[]
ScopedResourceSelectorRequirement operator! scopeName! values:string[]
SeccompProfile localhostProfile type!
Secret data:bytes{} immutable:bool metadata:meta.ObjectMeta stringData:string{} type
SecretEnvSource name optional:bool
SecretKeySelector key! name optional:bool
SecretProjection items:KeyToPath[] name optional:bool
SecretReference name namespace
SecretVolumeSource defaultMode:int32 defaultUser:int64 items:KeyToPath[] optional:bool secretName
SecurityContext allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities privileged:bool procMount readOnlyRootFilesystem:bool runAsGroup:int64 runAsNonRoot:bool runAsUser:int64 seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
Service metadata:meta.ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceAccount automountServiceAccountToken:bool imagePullSecrets:LocalObjectReference[] metadata:meta.ObjectMeta secrets:ObjectReference[]@name
ServiceAccountTokenProjection audience expirationSeconds:int64 path! user:int64
ServicePort appProtocol name nodePort:int32 port!:int32 protocol targetPort:intOrString
ServiceSpec allocateLoadBalancerNodePorts:bool clusterIP clusterIPs:string[] externalIPs:string[] externalName externalTrafficPolicy healthCheckNodePort:int32 internalTrafficPolicy ipFamilies:string[] ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges:string[] ports:ServicePort[]@port,protocol publishNotReadyAddresses:bool selector:string{} sessionAffinity sessionAffinityConfig:SessionAffinityConfig trafficDistribution type
ServiceStatus conditions:meta.Condition[]@type loadBalancer:LoadBalancerStatus
SessionAffinityConfig clientIP:ClientIPConfig
SleepAction seconds!:int64
StorageOSPersistentVolumeSource fsType readOnly:bool secretRef:ObjectReference volumeName volumeNamespace
StorageOSVolumeSource fsType readOnly:bool secretRef:LocalObjectReference volumeName volumeNamespace
Sysctl name! value!
TCPSocketAction host port!:intOrString
Taint effect! key! timeAdded:time value
Toleration effect key operator tolerationSeconds:int64 value
TopologySelectorLabelRequirement key! values!:string[]
TopologySelectorTerm matchLabelExpressions:TopologySelectorLabelRequirement[]
TopologySpreadConstraint labelSelector:meta.LabelSelector matchLabelKeys:string[] maxSkew!:int32 minDomains:int32 nodeAffinityPolicy nodeTaintsPolicy topologyKey! whenUnsatisfiable!
TypedLocalObjectReference apiGroup kind! name!
TypedObjectReference apiGroup kind! name! namespace
Volume awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:ISCSIVolumeSource name! nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource
VolumeDevice devicePath! name!
VolumeHealthCondition message reason! status!
VolumeHealthStatus healthConditions:VolumeHealthCondition[]@status,reason lastTransitionTime:time
VolumeMount bindMountOptions:string[] mountPath! mountPropagation name! readOnly:bool recursiveReadOnly subPath subPathExpr
VolumeMountStatus mountPath! name! readOnly:bool recursiveReadOnly volumeStatus:VolumeStatus
VolumeNodeAffinity required:NodeSelector
VolumeProjection clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection podCertificate:PodCertificateProjection secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection
VolumeResourceRequirements limits:quantity{} requests:quantity{}
VolumeStatus image:ImageVolumeStatus
VsphereVirtualDiskVolumeSource fsType storagePolicyID storagePolicyName volumePath!
WeightedPodAffinityTerm podAffinityTerm!:PodAffinityTerm weight!:int32
WindowsSecurityContextOptions gmsaCredentialSpec gmsaCredentialSpecName hostProcess:bool runAsUserName

# apps io.k8s.api.apps.v1
ControllerRevision data!:object metadata:meta.ObjectMeta revision:int64
DaemonSet metadata:meta.ObjectMeta spec!:DaemonSetSpec status:DaemonSetStatus
DaemonSetCondition lastTransitionTime:time message reason status type
DaemonSetSpec minReadySeconds:int32 revisionHistoryLimit:int32 selector!:meta.LabelSelector template!:core.PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy
DaemonSetStatus collisionCount:int32 conditions:DaemonSetCondition[]@type currentNumberScheduled!:int32 desiredNumberScheduled!:int32 numberAvailable:int32 numberMisscheduled!:int32 numberReady!:int32 numberUnavailable:int32 observedGeneration:int64 updatedNumberScheduled:int32
DaemonSetUpdateStrategy rollingUpdate:RollingUpdateDaemonSet type
Deployment metadata:meta.ObjectMeta spec!:DeploymentSpec status:DeploymentStatus
DeploymentCondition lastTransitionTime:time lastUpdateTime:time message reason status type
DeploymentSpec minReadySeconds:int32 paused:bool progressDeadlineSeconds:int32 replicas:int32 revisionHistoryLimit:int32 selector!:meta.LabelSelector strategy:DeploymentStrategy template!:core.PodTemplateSpec
DeploymentStatus availableReplicas:int32 collisionCount:int32 conditions:DeploymentCondition[]@type observedGeneration:int64 readyReplicas:int32 replicas:int32 terminatingReplicas:int32 unavailableReplicas:int32 updatedReplicas:int32
DeploymentStrategy rollingUpdate:RollingUpdateDeployment type
ReplicaSet metadata:meta.ObjectMeta spec!:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetCondition lastTransitionTime:time message reason status type
ReplicaSetSpec minReadySeconds:int32 replicas:int32 selector!:meta.LabelSelector template:core.PodTemplateSpec
ReplicaSetStatus availableReplicas:int32 conditions:ReplicaSetCondition[]@type fullyLabeledReplicas:int32 observedGeneration:int64 readyReplicas:int32 replicas!:int32 terminatingReplicas:int32
RollingUpdateDaemonSet maxSurge:intOrString maxUnavailable:intOrString
RollingUpdateDeployment maxSurge:intOrString maxUnavailable:intOrString
RollingUpdateStatefulSetStrategy maxUnavailable:intOrString partition:int32
StatefulSet metadata:meta.ObjectMeta spec!:StatefulSetSpec status:StatefulSetStatus
StatefulSetCondition lastTransitionTime:time message reason status type
StatefulSetOrdinals start:int32
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted whenScaled
StatefulSetSpec minReadySeconds:int32 ordinals:StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy replicas:int32 revisionHistoryLimit:int32 selector!:meta.LabelSelector serviceName template!:core.PodTemplateSpec updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:core.PersistentVolumeClaim[]
StatefulSetStatus availableReplicas:int32 collisionCount:int32 conditions:StatefulSetCondition[]@type currentReplicas:int32 currentRevision observedGeneration:int64 readyReplicas:int32 replicas!:int32 updateRevision updatedReplicas:int32
StatefulSetUpdateStrategy rollingUpdate:RollingUpdateStatefulSetStrategy type

# autoscaling io.k8s.api.autoscaling.v2
ContainerResourceMetricSource container! name! target!:MetricTarget
ContainerResourceMetricStatus container! current!:MetricValueStatus name!
CrossVersionObjectReference apiVersion kind! name!
ExternalMetricSource metric!:MetricIdentifier target!:MetricTarget
ExternalMetricStatus current!:MetricValueStatus metric!:MetricIdentifier
HPAScalingPolicy periodSeconds!:int32 type! value!:int32
HPAScalingRules policies:HPAScalingPolicy[] selectPolicy stabilizationWindowSeconds:int32 tolerance:quantity
HorizontalPodAutoscaler metadata:meta.ObjectMeta spec!:HorizontalPodAutoscalerSpec status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior scaleDown:HPAScalingRules scaleUp:HPAScalingRules
HorizontalPodAutoscalerCondition lastTransitionTime:time message observedGeneration:int64 reason status! type!
HorizontalPodAutoscalerSpec behavior:HorizontalPodAutoscalerBehavior maxReplicas!:int32 metrics:MetricSpec[] minReplicas:int32 scaleTargetRef!:CrossVersionObjectReference
HorizontalPodAutoscalerStatus conditions:HorizontalPodAutoscalerCondition[]@type currentMetrics:MetricStatus[] currentReplicas:int32 desiredReplicas!:int32 lastScaleTime:time observedGeneration:int64
MetricIdentifier name! selector:meta.LabelSelector
MetricSpec containerResource:ContainerResourceMetricSource external:ExternalMetricSource object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type!
MetricStatus containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus type!
MetricTarget averageUtilization:int32 averageValue:quantity type! value:quantity
MetricValueStatus averageUtilization:int32 averageValue:quantity value:quantity
ObjectMetricSource describedObject!:CrossVersionObjectReference metric!:MetricIdentifier target!:MetricTarget
ObjectMetricStatus current!:MetricValueStatus describedObject!:CrossVersionObjectReference metric!:MetricIdentifier
PodsMetricSource metric!:MetricIdentifier target!:MetricTarget
PodsMetricStatus current!:MetricValueStatus metric!:MetricIdentifier
ResourceMetricSource name! target!:MetricTarget
ResourceMetricStatus current!:MetricValueStatus name!

# batch io.k8s.api.batch.v1
CronJob metadata:meta.ObjectMeta spec!:CronJobSpec status:CronJobStatus
CronJobSpec concurrencyPolicy failedJobsHistoryLimit:int32 jobTemplate!:JobTemplateSpec schedule! startingDeadlineSeconds:int64 successfulJobsHistoryLimit:int32 suspend:bool timeZone
CronJobStatus active:core.ObjectReference[] lastScheduleTime:time lastSuccessfulTime:time
Job metadata:meta.ObjectMeta spec:JobSpec status:JobStatus
JobCondition lastProbeTime:time lastTransitionTime:time message reason status! type!
JobSchedulingConfiguration disruptionMode:object resourceClaims:object[]@name schedulingConstraints:object schedulingPolicy:object
JobSpec activeDeadlineSeconds:int64 backoffLimit:int32 backoffLimitPerIndex:int32 completionMode completions:int32 managedBy manualSelector:bool maxFailedIndexes:int32 parallelism:int32 podFailurePolicy:PodFailurePolicy podReplacementPolicy scheduling:JobSchedulingConfiguration selector:meta.LabelSelector successPolicy:SuccessPolicy suspend:bool template!:core.PodTemplateSpec ttlSecondsAfterFinished:int32
JobStatus active:int32 completedIndexes completionTime:time conditions:JobCondition[]@type failed:int32 failedIndexes ready:int32 startTime:time succeeded:int32 terminating:int32 uncountedTerminatedPods:UncountedTerminatedPods
JobTemplateSpec metadata:meta.ObjectMeta spec:JobSpec
PodFailurePolicy rules!:PodFailurePolicyRule[]
PodFailurePolicyOnExitCodesRequirement containerName operator! values!:int32[]
PodFailurePolicyOnPodConditionsPattern status type!
PodFailurePolicyRule action! onExitCodes:PodFailurePolicyOnExitCodesRequirement onPodConditions:PodFailurePolicyOnPodConditionsPattern[]
SuccessPolicy rules!:SuccessPolicyRule[]
SuccessPolicyRule succeededCount:int32 succeededIndexes
UncountedTerminatedPods failed:string[] succeeded:string[]

# coordination io.k8s.api.coordination.v1
Lease metadata:meta.ObjectMeta spec:LeaseSpec
LeaseSpec acquireTime:micro holderIdentity leaseDurationSeconds:int32 leaseTransitions:int32 preferredHolder renewTime:micro strategy

# discovery io.k8s.api.discovery.v1
Endpoint addresses!:string[] conditions:EndpointConditions deprecatedTopology:string{} hints:EndpointHints hostname nodeName targetRef:core.ObjectReference zone
EndpointConditions ready:bool serving:bool terminating:bool
EndpointHints forNodes:ForNode[] forZones:ForZone[]
EndpointPort appProtocol name port:int32 protocol
EndpointSlice addressType! endpoints:Endpoint[] metadata:meta.ObjectMeta ports:EndpointPort[]
ForNode name!
ForZone name!

# networking io.k8s.api.networking.v1
HTTPIngressPath backend!:IngressBackend path pathType!
HTTPIngressRuleValue paths!:HTTPIngressPath[]
IPBlock cidr! except:string[]
Ingress metadata:meta.ObjectMeta spec:IngressSpec status:IngressStatus
IngressBackend resource:core.TypedLocalObjectReference service:IngressServiceBackend
IngressClass metadata:meta.ObjectMeta spec:IngressClassSpec
IngressClassParametersReference apiGroup kind! name! namespace scope
IngressClassSpec controller parameters:IngressClassParametersReference
IngressLoadBalancerIngress hostname ip ports:IngressPortStatus[]
IngressLoadBalancerStatus ingress:IngressLoadBalancerIngress[]
IngressPortStatus error port!:int32 protocol!
IngressRule host http:HTTPIngressRuleValue
IngressServiceBackend name! port:ServiceBackendPort
IngressSpec defaultBackend:IngressBackend ingressClassName rules:IngressRule[] tls:IngressTLS[]
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressTLS hosts:string[] secretName
NetworkPolicy metadata:meta.ObjectMeta spec:NetworkPolicySpec
NetworkPolicyEgressRule ports:NetworkPolicyPort[] to:NetworkPolicyPeer[]
NetworkPolicyIngressRule from:NetworkPolicyPeer[] ports:NetworkPolicyPort[]
NetworkPolicyPeer ipBlock:IPBlock namespaceSelector:meta.LabelSelector podSelector:meta.LabelSelector
NetworkPolicyPort endPort:int32 port:intOrString protocol
NetworkPolicySpec egress:NetworkPolicyEgressRule[] ingress:NetworkPolicyIngressRule[] podSelector:meta.LabelSelector policyTypes:string[]
ServiceBackendPort name number:int32

# policy io.k8s.api.policy.v1
PodDisruptionBudget metadata:meta.ObjectMeta spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec maxUnavailable:intOrString minAvailable:intOrString selector:meta.LabelSelector unhealthyPodEvictionPolicy
PodDisruptionBudgetStatus conditions:meta.Condition[]@type currentHealthy:int32 desiredHealthy:int32 disruptedPods:time{} disruptionsAllowed:int32 expectedPods:int32 observedGeneration:int64

# rbac io.k8s.api.rbac.v1
AggregationRule clusterRoleSelectors:meta.LabelSelector[]
ClusterRole aggregationRule:AggregationRule metadata:meta.ObjectMeta rules:PolicyRule[]
ClusterRoleBinding metadata:meta.ObjectMeta roleRef!:RoleRef subjects:Subject[]
PolicyRule apiGroups:string[] nonResourceURLs:string[] resourceNames:string[] resources:string[] verbs!:string[]
Role metadata:meta.ObjectMeta rules:PolicyRule[]
RoleBinding metadata:meta.ObjectMeta roleRef!:RoleRef subjects:Subject[]
RoleRef apiGroup kind! name!
Subject apiGroup kind! name! namespace

# scheduling io.k8s.api.scheduling.v1
PriorityClass description globalDefault:bool metadata:meta.ObjectMeta preemptionPolicy value:int32

# storage io.k8s.api.storage.v1
StorageClass allowVolumeExpansion:bool allowedTopologies:core.TopologySelectorTerm[] metadata:meta.ObjectMeta mountOptions:string[] parameters:string{} provisioner! reclaimPolicy volumeBindingMode

# apiextensions io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
CustomResourceColumnDefinition description format jsonPath! name! priority:int32 type!
CustomResourceConversion strategy! webhook:WebhookConversion
CustomResourceDefinition metadata:meta.ObjectMeta spec!:CustomResourceDefinitionSpec status:CustomResourceDefinitionStatus
CustomResourceDefinitionCondition lastTransitionTime:time message observedGeneration:int64 reason status! type!
CustomResourceDefinitionNames categories:string[] kind! listKind plural! shortNames:string[] singular
CustomResourceDefinitionSpec conversion:CustomResourceConversion group! names!:CustomResourceDefinitionNames preserveUnknownFields:bool scope! versions!:CustomResourceDefinitionVersion[]
CustomResourceDefinitionStatus acceptedNames:CustomResourceDefinitionNames conditions:CustomResourceDefinitionCondition[]@type observedGeneration:int64 storedVersions:string[]
CustomResourceDefinitionVersion additionalPrinterColumns:CustomResourceColumnDefinition[] deprecated:bool deprecationWarning name! schema:CustomResourceValidation selectableFields:SelectableField[] served!:bool storage!:bool subresources:CustomResourceSubresources
CustomResourceSubresourceScale labelSelectorPath specReplicasPath! statusReplicasPath!
CustomResourceSubresourceStatus 
CustomResourceSubresources scale:CustomResourceSubresourceScale status:CustomResourceSubresourceStatus
CustomResourceValidation openAPIV3Schema:JSONSchemaProps
ExternalDocumentation description url
JSONSchemaProps $ref $schema additionalItems:any additionalProperties:any allOf:JSONSchemaProps[] anyOf:JSONSchemaProps[] default:any definitions:JSONSchemaProps{} dependencies:any{} description enum:any[] example:any exclusiveMaximum:bool exclusiveMinimum:bool externalDocs:ExternalDocumentation format id items:any maxItems:int64 maxLength:int64 maxProperties:int64 maximum:number minItems:int64 minLength:int64 minProperties:int64 minimum:number multipleOf:number not:JSONSchemaProps nullable:bool oneOf:JSONSchemaProps[] pattern patternProperties:JSONSchemaProps{} properties:JSONSchemaProps{} required:string[] title type uniqueItems:bool x-kubernetes-embedded-resource:bool x-kubernetes-int-or-string:bool x-kubernetes-list-map-keys:string[] x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-preserve-unknown-fields:bool x-kubernetes-validations:ValidationRule[]@rule
SelectableField jsonPath!
ServiceReference name! namespace! path port:int32
ValidationRule fieldPath message messageExpression optionalOldSelf:bool reason rule!
WebhookClientConfig caBundle:bytes service:ServiceReference url
WebhookConversion clientConfig:WebhookClientConfig conversionReviewVersions!:string[]

# apiregistration io.k8s.kube-aggregator.pkg.apis.apiregistration.v1
APIService metadata:meta.ObjectMeta spec:APIServiceSpec status:APIServiceStatus
APIServiceCondition lastTransitionTime:time message reason status! type!
APIServiceSpec caBundle:bytes group groupPriorityMinimum!:int32 insecureSkipTLSVerify:bool service:ServiceReference version versionPriority!:int32
APIServiceStatus conditions:APIServiceCondition[]@type
ServiceReference name namespace port:int32

# meta io.k8s.apimachinery.pkg.apis.meta.v1
Condition lastTransitionTime!:time message! observedGeneration:int64 reason! status! type!
LabelSelector matchExpressions:LabelSelectorRequirement[] matchLabels:string{}
LabelSelectorRequirement key! operator! values:string[]
ListMeta continue remainingItemCount:int64 resourceVersion selfLink
ManagedFieldsEntry apiVersion fieldsType fieldsV1:object manager operation subresource time:time
ObjectMeta annotations:string{} creationTimestamp:time deletionGracePeriodSeconds:int64 deletionTimestamp:time finalizers:string[] generateName generation:int64 labels:string{} managedFields:ManagedFieldsEntry[] name namespace ownerReferences:OwnerReference[]@uid resourceVersion selfLink uid
OwnerReference apiVersion! blockOwnerDeletion:bool controller:bool kind! name! uid!
`
