import { Field, InputType, ObjectType } from 'type-graphql'
import { Sink, SinkInitial, SinkSettings } from './sinks.ts'

@ObjectType({ simpleResolvers: true, implements: Sink, description: 'A sink of messages in Kafka.' })
export class KafkaSink extends Sink {
  @Field(() => String, { nullable: true, description: 'The name of one of `kafkaConnections`; null where the configuration declares the sink with brokers of its own.' }) connection!: string | null
  @Field(() => [String], { description: 'None where its connection is not declared.' }) brokers!: readonly string[]
  @Field(() => String, { description: 'As it was given, with its placeholders.' }) topic!: string
}

@ObjectType({ simpleResolvers: true, implements: Sink, description: 'A sink of messages in NATS JetStream.' })
export class NatsSink extends Sink {
  @Field(() => String, { nullable: true, description: 'The name of one of `natsConnections`; null where the configuration declares the sink with servers of its own.' }) connection!: string | null
  @Field(() => [String], { description: 'None where its connection is not declared.' }) servers!: readonly string[]
  @Field(() => String, { description: 'As it was given, with its placeholders.' }) subject!: string
}

@ObjectType({ simpleResolvers: true, description: 'A Kafka cluster that the configuration names.' })
export class KafkaConnection {
  @Field(() => String) name!: string
  @Field(() => [String], { description: 'Those that are asked for the others.' }) brokers!: readonly string[]
  @Field(() => [String], { nullable: true, description: 'The only topics that sinks made here may name: names, or beginnings with `*` behind them. Null: all.' }) topics!: readonly string[] | null
}

@ObjectType({ simpleResolvers: true, description: 'A NATS system that the configuration names.' })
export class NatsConnection {
  @Field(() => String) name!: string
  @Field(() => [String], { description: 'Those that are asked for the others.' }) servers!: readonly string[]
  @Field(() => [String], { nullable: true, description: 'The only subjects that sinks made here may name: names, or beginnings with `.>` behind them. Null: all.' }) subjects!: readonly string[] | null
}

const topic = 'A name, or several with `{cluster}`, `{group}`, `{version}`, `{kind}`, `{namespace}` and `{type}` in it.'
const subject = 'A name, or several, as for topics; a dot in a value becomes `_`. A stream must take them.'

@InputType({ description: 'What a Kafka sink is told, and where.' })
export class KafkaSinkInput extends SinkSettings {
  @Field(() => String, { description: 'The name of one of `kafkaConnections`.' }) connection!: string
  @Field(() => String, { description: topic }) topic!: string
  @Field(() => SinkInitial, { nullable: true, description: 'Default: NONE.' }) initial?: 'none' | 'snapshot' | null
}

@InputType({ description: 'What is absent stays as it is; null takes a condition away.' })
export class KafkaSinkUpdate extends SinkSettings {
  @Field(() => String, { nullable: true }) connection?: string | null
  @Field(() => String, { nullable: true }) topic?: string | null
}

@InputType({ description: 'What a NATS sink is told, and where.' })
export class NatsSinkInput extends SinkSettings {
  @Field(() => String, { description: 'The name of one of `natsConnections`.' }) connection!: string
  @Field(() => String, { description: subject }) subject!: string
  @Field(() => SinkInitial, { nullable: true, description: 'Default: NONE.' }) initial?: 'none' | 'snapshot' | null
}

@InputType({ description: 'What is absent stays as it is; null takes a condition away.' })
export class NatsSinkUpdate extends SinkSettings {
  @Field(() => String, { nullable: true }) connection?: string | null
  @Field(() => String, { nullable: true }) subject?: string | null
}
