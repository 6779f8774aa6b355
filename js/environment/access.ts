// Where the page is, as far as microphones care; and what that says of a refusal.

import { Refusal } from "../wire/fault";
import type { Cause } from "../wire/protocol";

export type Place = {
  secure: boolean;
  /** VS Code shows a notebook's outputs in a frame that never gets a microphone. */
  webview: boolean;
  embedded: boolean;
  /** Whether the permissions policy allows a microphone; null where the browser does not tell. */
  allowed: boolean | null;
  /** What a person has answered before. */
  permission: PermissionState | null;
  /** Without permission, browsers tell only whether there is one, and no names. */
  microphones: MediaDeviceInfo[] | null;
};

/** Look around; asks nobody, opens nothing, and is done within a second. */
export async function lookAround(): Promise<Place> {
  const [permission, microphones] = await Promise.all([
    soon(async () => {
      const query = navigator.permissions.query({ name: "microphone" as PermissionName });
      return (await query).state;
    }),
    soon(async () => (await navigator.mediaDevices.enumerateDevices()).filter(isMicrophone)),
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

/** Why a microphone was refused, where more is known than the browser says. */
export function causeOf(message: string, { webview, allowed, embedded }: Place): Cause | null {
  if (webview) return "webview";
  if (allowed === false) return embedded ? "frame" : "header";
  if (/dismissed/i.test(message)) return "dismissed";
  if (/by system/i.test(message)) return "system";
  return null;
}

/** A browser's NotAllowedError, with its cause if that is known. */
export async function explained(refusal: DOMException): Promise<DOMException> {
  const cause = causeOf(refusal.message, await lookAround());
  return cause === null ? refusal : new Refusal(refusal.message, cause);
}

export const isWebview = ({ protocol, hostname }: { protocol: string; hostname: string }) =>
  protocol === "vscode-webview:" || hostname.endsWith(".vscode-cdn.net");

export const isMicrophone = ({ kind }: MediaDeviceInfo) => kind === "audioinput";

type FeaturePolicy = { allowsFeature: (name: string) => boolean };

/** Only Chromium tells it, under the name that the policy had at first. */
function policyAllows(): boolean | null {
  const { featurePolicy } = document as Document & { featurePolicy?: FeaturePolicy };
  return featurePolicy?.allowsFeature("microphone") ?? null;
}

/** What `ask` gives, or null: browsers refuse such questions, and let them wait (for focus, say). */
export function soon<T>(ask: () => Promise<T>, milliseconds = 1_000): Promise<T | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, milliseconds, null));
  const answer = Promise.resolve().then(ask);
  return Promise.race([answer.catch(() => null), late]);
}
