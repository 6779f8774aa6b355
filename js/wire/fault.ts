// What went wrong in the page, as it travels to Python.

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

/** A thrown value as it travels: the kernel turns `name` into an exception, `cause` into words. */
export function toFault(thrown: unknown): Fault {
  const cause = isRefusal(thrown) ? thrown.cause : null;
  if (thrown instanceof Error || thrown instanceof DOMException) {
    return { name: thrown.name, message: thrown.message.slice(0, 1000), cause };
  }
  return { name: "UnknownError", message: String(thrown).slice(0, 1000), cause };
}

/** No other DOMException has a cause. The class is no proof: each bundle has a copy of its own. */
const isRefusal = (thrown: unknown): thrown is Refusal =>
  thrown instanceof DOMException && "cause" in thrown;

/** Why there are no samples. */
export function reasonOf(thrown: unknown): string {
  const { name, message } = toFault(thrown);
  return `${name}: ${message}`;
}
