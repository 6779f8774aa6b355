// The diagnosis of the page: loaded when Python asks for it.

export * from "../environment/diagnosis";
