// Whether this page may use a microphone, and why the browser refused one.

import { Refusal } from "../wire/fault";
import type { Cause } from "../wire/protocol";

export type MicrophoneAccess = {
  secure: boolean;
  /** VS Code shows the outputs of a notebook in a frame that never gets a microphone. */
  webview: boolean;
  embedded: boolean;
  /** Whether the permissions policy allows a microphone; null where that is unknown. */
  allowed: boolean | null;
  /** The answer that a person has given before. */
  permission: PermissionState | null;
  /** Without permission, browsers list at most one, and no names. */
  microphones: MediaDeviceInfo[] | null;
};

/** Check what is known without a question to the person; settles within a second. */
export async function checkAccess(): Promise<MicrophoneAccess> {
  const [permission, microphones] = await Promise.all([
    withTimeout(async () => {
      const name = "microphone" as PermissionName;
      return (await navigator.permissions.query({ name })).state;
    }),
    withTimeout(async () => (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone)),
  ]);
  const embedded = top !== self;
  // In such a frame Firefox lists no microphones, not even one without a name.
  const barred = embedded && permission === "denied" && microphones?.length === 0;
  return {
    secure: isSecureContext,
    webview: isWebview(location),
    embedded,
    allowed: policyAllows() ?? (barred ? false : null),
    permission,
    microphones,
  };
}

/** Why a microphone was refused, where that is known. */
export function causeOf(
  message: string,
  { webview, allowed, embedded }: MicrophoneAccess,
): Cause | null {
  if (webview) return "webview";
  if (allowed === false) return embedded ? "frame" : "header";
  if (/dismissed/i.test(message)) return "dismissed";
  if (/by system/i.test(message)) return "system";
  return null;
}

/** The browser's NotAllowedError, with its cause if that is known. */
export async function withCause(refusal: DOMException): Promise<DOMException> {
  const cause = causeOf(refusal.message, await checkAccess());
  return cause === null ? refusal : new Refusal(refusal.message, cause);
}

export const isWebview = ({ protocol, hostname }: { protocol: string; hostname: string }) =>
  protocol === "vscode-webview:" || hostname.endsWith(".vscode-cdn.net");

export const isMicrophone = ({ kind }: MediaDeviceInfo) => kind === "audioinput";

type FeaturePolicy = { allowsFeature: (name: string) => boolean };

/** Chromium alone has it, under the name that the policy had at first. */
function policyAllows(): boolean | null {
  const { featurePolicy } = document as Document & { featurePolicy?: FeaturePolicy };
  return featurePolicy?.allowsFeature("microphone") ?? null;
}

/** The answer, or null: browsers reject such queries, or leave them pending (for focus, say). */
export function withTimeout<T>(query: () => Promise<T>, milliseconds = 1_000): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, milliseconds, null));
  const answer = Promise.resolve().then(query);
  return Promise.race([answer.catch(() => null), late]);
}
