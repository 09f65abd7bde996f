// Pages about work, loaded together when one of them is first shown. Owns nothing but the list.

export { default as OperationPage } from "../operations/OperationPage";
export { default as OperationsPage } from "../operations/OperationsPage";
export { default as TaskPage } from "../tasks/TaskPage";
export { default as TasksPage } from "../tasks/TasksPage";
