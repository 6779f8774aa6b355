// Microphone access: whether this page may use a microphone, and why the browser refused one.

import { Refusal } from "../wire/fault";
import type { Cause } from "../wire/protocol";

export type MicrophoneAccess = {
  /** Whether the page is a secure context. */
  secure: boolean;
  /** Whether it is a webview of VS Code, which never gets a microphone. */
  webview: boolean;
  /** Whether the page is in a frame. */
  embedded: boolean;
  /** Whether the permissions policy allows a microphone; null where unknown. */
  allowed: boolean | null;
  /** The state of the user's permission; null where unknown. */
  permission: PermissionState | null;
  /** Null where unknown. Without permission, browsers list at most one, without its name. */
  microphones: MediaDeviceInfo[] | null;
};

/** Check the access without prompting the user; settles within a second. */
export async function checkAccess(): Promise<MicrophoneAccess> {
  const [permission, microphones] = await Promise.all([
    withTimeout(async () => {
      const name = "microphone" as PermissionName;
      return (await navigator.permissions.query({ name })).state;
    }),
    withTimeout(async () => (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone)),
  ]);
  const embedded = top !== self;
  // In a frame without permission, Firefox lists no microphone at all, not even an unnamed one.
  const blocked = embedded && permission === "denied" && microphones?.length === 0;
  return {
    secure: isSecureContext,
    webview: isWebview(location),
    embedded,
    allowed: policyAllows() ?? (blocked ? false : null),
    permission,
    microphones,
  };
}

/** The cause of a refusal, from the browser's `message` and the page's access; null if unknown. */
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

/** The browser's NotAllowedError, with its cause if known. */
export async function withCause(refusal: DOMException): Promise<DOMException> {
  const cause = causeOf(refusal.message, await checkAccess());
  return cause === null ? refusal : new Refusal(refusal.message, cause);
}

export const isWebview = ({ protocol, hostname }: { protocol: string; hostname: string }) =>
  protocol === "vscode-webview:" || hostname.endsWith(".vscode-cdn.net");

export const isMicrophone = ({ kind }: MediaDeviceInfo) => kind === "audioinput";

type FeaturePolicy = { allowsFeature: (name: string) => boolean };

/** Null except in Chromium, the only browser that exposes the policy, under its former name. */
function policyAllows(): boolean | null {
  const { featurePolicy } = document as Document & { featurePolicy?: FeaturePolicy };
  return featurePolicy?.allowsFeature("microphone") ?? null;
}

/** The query's result; null if the browser rejects it, or leaves it pending (until focus, say). */
export function withTimeout<T>(query: () => Promise<T>, milliseconds = 1_000): Promise<T | null> {
  const timeout = new Promise<null>((resolve) => setTimeout(resolve, milliseconds, null));
  const result = Promise.resolve().then(query);
  return Promise.race([result.catch(() => null), timeout]);
}
