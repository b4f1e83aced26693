/**
 * Branchline as a library: plans as data, the questions that can be asked of them, and the desks through which runs are
 * started, driven, watched and commanded. Everything here is what the command line itself is made from.
 */

export type { CheckReport } from './core/check.ts';
export { checkPlan } from './core/check.ts';
export type { Entry, Remedy, RunEvent } from './core/event.ts';
export type { Failure } from './core/failure.ts';
export type { Plan, Task, TaskId } from './core/plan.ts';
export type { Question } from './core/question.ts';
export type { Relation, Relations } from './core/relation.ts';
export { auditPaths, relationsOf } from './core/relations/relations.ts';
export type { Result } from './core/result.ts';
export type { Simulation } from './core/simulate.ts';
export { simulate } from './core/simulate.ts';
export type { Status } from './core/status.ts';
export type { TaskState } from './core/task.ts';
export { draftPlan } from './plans/init.ts';
export { readPlan } from './plans/read.ts';
export type { Branchline, LibraryOptions } from './world/library.ts';
export { openBranchline } from './world/library.ts';
