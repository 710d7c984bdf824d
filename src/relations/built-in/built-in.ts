import type { RelationDeclaration } from '../declaration.ts'
import { istio } from '../istio/declarations.ts'
import { accessControl } from './access-control.ts'
import { networking } from './networking.ts'
import { podTemplates } from './pod-templates.ts'
import { storage } from './storage.ts'
import { workloads } from './workloads.ts'

/** The relations that are known without being configured. */
export const builtIn: readonly RelationDeclaration[] = [...workloads, ...podTemplates, ...networking, ...storage, ...accessControl, ...istio]
