// The diagnosis of the page: loaded when Python requests it.

export * from "../environment/diagnosis";
