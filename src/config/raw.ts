import type { LogLevel } from '../base/logging.ts'
import type { ChangeType } from '../model/change.ts'
import type { Json } from '../model/json.ts'
import type { PathFilterInput } from '../model/path-filter.ts'
import type { Format, Payload, saslMechanisms } from '../model/sink.ts'
import type { LogType } from './options.ts'

type Maybe<T> = T | null | undefined

/** A document that the schema accepted: every key may be absent or null. */
export interface RawConfig {
  readonly clusterName?: Maybe<string>
  readonly listenAddress?: Maybe<string>
  readonly listenPort?: Maybe<number>
  readonly allowUnauthenticated?: Maybe<boolean>
  readonly minLogLevel?: Maybe<LogLevel>
  readonly logType?: Maybe<LogType>
  readonly initialWatchingResources?: Maybe<readonly RawResource[]>
  readonly globalWebhookUrls?: Maybe<readonly string[]>
  readonly initialWebHookUrls?: Maybe<readonly string[]>
  readonly enableSyncApiGroups?: Maybe<boolean>
  readonly apiGroupsSyncIntervalSecond?: Maybe<number>
  readonly k8sClientConfig?: Maybe<RawClientConfig>
  readonly watch?: Maybe<Readonly<Record<string, number | boolean | null>>>
  readonly feed?: Maybe<Readonly<Record<string, number | null>>>
  readonly database?: Maybe<{ readonly path?: Maybe<string>; readonly url?: Maybe<string>; readonly urlFile?: Maybe<string>; readonly urlEnv?: Maybe<string>; readonly connections?: Maybe<number>; readonly timeoutMs?: Maybe<number> }>
  readonly transport?: Maybe<Readonly<Record<string, number | boolean | null>>>
  readonly limits?: Maybe<Readonly<Record<string, number | null>>>
  readonly http?: Maybe<{ readonly allowedHosts?: Maybe<readonly string[]>; readonly allowedOrigins?: Maybe<readonly string[]>; readonly drainMs?: Maybe<number> }>
  readonly admin?: Maybe<{ readonly listenAddress?: Maybe<string>; readonly listenPort?: Maybe<number> }>
  readonly rest?: Maybe<Readonly<Record<string, number | null>>>
  readonly graphql?: Maybe<Readonly<Record<string, boolean | null>>>
  readonly types?: Maybe<Readonly<Record<string, number | readonly string[] | null>>>
  readonly relations?: Maybe<readonly RawRelation[]>
  readonly delivery?: Maybe<RawDelivery>
}

export interface RawResource {
  readonly group?: Maybe<string>
  readonly version?: Maybe<string>
  readonly kind: string
  readonly watchOptions?: Maybe<{
    readonly namespace?: Maybe<string>
    readonly name?: Maybe<string>
    readonly fieldSelector?: Maybe<Readonly<Record<string, string>>>
    readonly labelSelector?: Maybe<Readonly<Record<string, string>>>
    readonly additionalK8sApiQueryParams?: Maybe<Readonly<Record<string, string | number | boolean>>>
  }>
  readonly notifiers?: Maybe<readonly RawNotifier[]>
}

export interface RawNotifier {
  readonly webhookUrls: readonly string[]
  readonly eventTypes?: Maybe<readonly ChangeType[]>
  readonly filter?: Maybe<{
    readonly group?: Maybe<string>
    readonly version?: Maybe<string>
    readonly kind?: Maybe<string>
    readonly namespace?: Maybe<string>
    readonly name?: Maybe<string>
    readonly uid?: Maybe<string>
    readonly labelSelectors?: Maybe<readonly string[]>
    readonly annotationSelectors?: Maybe<readonly string[]>
    readonly fieldMatches?: Maybe<readonly Json[]>
  }>
}

export interface RawClientConfig {
  readonly apiServerUrl?: Maybe<string>
  readonly autoInClusterConfig?: Maybe<boolean>
  readonly authType?: Maybe<'KubeConfig' | 'BearerToken' | 'ClientCertificate' | 'None'>
  readonly kubeConfigFilePath?: Maybe<string>
  readonly context?: Maybe<string>
  readonly tokenFilePath?: Maybe<string>
  readonly caCertPath?: Maybe<string>
  readonly caCertDataPemBase64?: Maybe<string>
  readonly clientCertPath?: Maybe<string>
  readonly clientCertDataPemBase64?: Maybe<string>
  readonly clientKeyPath?: Maybe<string>
  readonly clientKeyDataPemBase64?: Maybe<string>
  readonly insecureSkipTlsVerify?: Maybe<boolean>
}

export interface RawDelivery {
  readonly webhooks?: Maybe<readonly RawWebhook[]>
  readonly kafka?: Maybe<readonly RawKafka[]>
  readonly nats?: Maybe<readonly RawNats[]>
  readonly kafkaConnections?: Maybe<readonly (RawKafkaConnection & { readonly name: string; readonly topics?: Maybe<readonly string[]> })[]>
  readonly natsConnections?: Maybe<readonly (RawNatsConnection & { readonly name: string; readonly subjects?: Maybe<readonly string[]> })[]>
  readonly [setting: string]: unknown
}

export interface RawSink {
  readonly name: string
  readonly payload?: Maybe<Payload>
  readonly kinds?: Maybe<readonly (RawKind & { readonly version?: Maybe<string> })[]>
  readonly eventTypes?: Maybe<readonly ChangeType[]>
  readonly namespaces?: Maybe<readonly string[]>
  readonly labelSelector?: Maybe<string>
  readonly where?: Maybe<PathFilterInput>
  readonly cel?: Maybe<string>
  readonly changedPaths?: Maybe<readonly string[]>
  readonly initial?: Maybe<'none' | 'snapshot'>
  readonly concurrency?: Maybe<number>
  readonly ratePerSecond?: Maybe<number>
  readonly timeoutMs?: Maybe<number>
  readonly maxBacklog?: Maybe<number>
}

export interface RawTls {
  readonly tls?: Maybe<{ readonly caFile?: Maybe<string>; readonly certFile?: Maybe<string>; readonly keyFile?: Maybe<string> }>
}

export interface RawWebhook extends RawSink, RawTls {
  readonly url: string
  readonly format?: Maybe<Format>
  readonly secretFiles?: Maybe<readonly string[]>
  readonly secretEnvs?: Maybe<readonly string[]>
  readonly headers?: Maybe<Readonly<Record<string, string>>>
  readonly headerFiles?: Maybe<Readonly<Record<string, string>>>
  readonly headerEnvs?: Maybe<Readonly<Record<string, string>>>
}

export interface RawKafka extends RawSink, RawKafkaConnection {
  readonly connection?: Maybe<string>
  readonly topic: string
}

export interface RawKafkaConnection extends RawTls {
  readonly brokers?: Maybe<readonly string[]>
  readonly createTopics?: Maybe<boolean>
  readonly encrypted?: Maybe<boolean>
  readonly sasl?: Maybe<RawPassword & { readonly mechanism?: Maybe<(typeof saslMechanisms)[number]>; readonly username?: Maybe<string> }>
}

export interface RawNats extends RawSink, RawNatsConnection {
  readonly connection?: Maybe<string>
  readonly subject: string
}

export interface RawNatsConnection extends RawTls, RawPassword {
  readonly servers?: Maybe<readonly string[]>
  readonly username?: Maybe<string>
  readonly tokenFile?: Maybe<string>
  readonly credentialsFile?: Maybe<string>
}

export interface RawPassword {
  readonly passwordFile?: Maybe<string>
  readonly passwordEnv?: Maybe<string>
}

export interface RawRelation {
  readonly name: string
  readonly from: RawKind
  readonly to: RawKind
  readonly inverse?: Maybe<string>
  readonly many?: Maybe<boolean>
  readonly owner?: Maybe<boolean>
  readonly reference?: Maybe<string>
  readonly label?: Maybe<string>
  readonly selector?: Maybe<string>
}

export interface RawKind {
  readonly group?: Maybe<string>
  readonly kind: string
}
