// A question to Python and its answer, over the messages of one model. The server drops messages
// when a cell floods its output, and a busy kernel answers late: so a question is asked again,
// ever more rarely, and given up in the end.

/** Of an anywidget model, what a question needs. */
export type Channel = {
  send(content: unknown): void;
  on(event: "msg:custom", listener: Listener): void;
  off(event: "msg:custom", listener: Listener): void;
};

export type Listener = (content: unknown, buffers: DataView[]) => void;

/** Undefined where a message is no answer; throws where it is a refusal. */
export type Reader<T> = (content: unknown, buffers: DataView[]) => T | undefined;

/** Until when to ask; `until` is aborted when nobody wants to know any more. */
export type Patience = { again: number; atMost: number; until?: AbortSignal };

/** Milliseconds; for answers of a few kilobytes. */
export const USUAL: Patience = { again: 3_000, atMost: 120_000 };

const UNANSWERED = "UnansweredError";

/** Whether a question was given up, for whatever it was asked. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && (error.name === UNANSWERED || isUnanswered(error.cause));

export function ask<T>(
  channel: Channel,
  question: object,
  read: Reader<T>,
  { again, atMost, until }: Patience = USUAL,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (settle: () => void) => {
      channel.off("msg:custom", listen);
      clearTimeout(timer);
      clearTimeout(bound);
      until?.removeEventListener("abort", abort);
      settle();
    };
    const abort = () => end(() => reject(until?.reason));
    const listen: Listener = (content, buffers) => {
      try {
        const answer = read(content, buffers);
        if (answer !== undefined) {
          end(() => resolve(answer));
        }
      } catch (error) {
        end(() => reject(error));
      }
    };
    const push = (pause: number) => {
      try {
        channel.send(question);
      } catch (error) {
        end(() => reject(error));
        return;
      }
      timer = setTimeout(push, pause, 2 * pause);
    };
    const bound = setTimeout(() => {
      const wait = `${Math.round(atMost / 1000)} seconds`;
      const unanswered = new Error(`The kernel did not answer within ${wait}. Is it running?`);
      unanswered.name = UNANSWERED;
      end(() => reject(unanswered));
    }, atMost);
    until?.addEventListener("abort", abort);
    channel.on("msg:custom", listen);
    push(again);
  });
}

/** Look into a message that may be anything. */
export function field(content: unknown, name: string): unknown {
  return typeof content === "object" && content !== null
    ? (content as Record<string, unknown>)[name]
    : undefined;
}

/** The bytes of an answer; one that lost them on the way is no answer. */
export function bytesOf(buffer: DataView | undefined): Uint8Array<ArrayBuffer> | undefined {
  return (
    buffer && new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
  );
}
