// Errors of the page, in the form in which they travel to Python.

import type { Cause, Fault } from "./protocol";

/** A NotAllowedError whose cause is known. */
export class Refusal extends DOMException {
  constructor(
    message: string,
    override readonly cause: Cause,
  ) {
    super(message, "NotAllowedError");
  }
}

/** Convert a thrown value. Python maps `name` to an exception class, and `cause` to a hint. */
export function toFault(thrown: unknown): Fault {
  const cause = isRefusal(thrown) ? thrown.cause : null;
  if (thrown instanceof Error || thrown instanceof DOMException) {
    return { name: thrown.name, message: thrown.message.slice(0, 1000), cause };
  }
  return { name: "UnknownError", message: String(thrown).slice(0, 1000), cause };
}

/** Not `instanceof Refusal`, since each bundle has its own copy of the class. */
const isRefusal = (thrown: unknown): thrown is Refusal =>
  thrown instanceof DOMException && "cause" in thrown;

/** The outcome of decoding that failed, for Python. */
export function reasonOf(thrown: unknown): string {
  const { name, message } = toFault(thrown);
  return `${name}: ${message}`;
}
