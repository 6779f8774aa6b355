// The cause of a refusal, derived from the page's environment, and queries without an answer.

import { afterEach, describe, expect, it, vi } from "vitest";

import {
  causeOf,
  checkAccess,
  isWebview,
  withTimeout,
  type MicrophoneAccess,
} from "../../../js/environment/access";

const USUAL: MicrophoneAccess = {
  secure: true,
  webview: false,
  embedded: false,
  allowed: true,
  permission: "denied",
  microphones: [],
};
const DENIED = "Permission denied";

afterEach(() => void vi.unstubAllGlobals());

describe("the cause of a refusal", () => {
  it.each<[string, string, Partial<MicrophoneAccess>, ReturnType<typeof causeOf>]>([
    ["a user's refusal", DENIED, {}, null],
    [
      "Firefox's message, the same for every cause",
      "The request is not allowed by the user agent.",
      {},
      null,
    ],
    ["a dismissed prompt", "Permission dismissed", { permission: "prompt" }, "dismissed"],
    ["the operating system", "Permission denied by system", {}, "system"],
    ["a frame without allow", DENIED, { embedded: true, allowed: false }, "frame"],
    ["a header", DENIED, { allowed: false }, "header"],
    ["an allowed frame, and a user's refusal", DENIED, { embedded: true }, null],
    ["a frame with unknown policy", DENIED, { embedded: true, allowed: null }, null],
    ["VS Code", DENIED, { webview: true, embedded: true, allowed: false }, "webview"],
  ])("%s", (_, message, access, cause) => {
    expect(causeOf(message, { ...USUAL, ...access })).toBe(cause);
  });

  it.each([
    ["vscode-webview://1f0c/index.html", true],
    ["https://1f0c.vscode-cdn.net/insider/out/vs/workbench/index.html", true],
    ["https://vscode-cdn.net.example/lab", false],
    ["http://localhost:8888/lab", false],
  ])("%s is VS Code's webview: %s", (address, webview) => {
    expect(isWebview(new URL(address))).toBe(webview);
  });
});

describe("a query to the browser", () => {
  it("returns the browser's answer", async () => {
    expect(await withTimeout(async () => 3)).toBe(3);
  });

  it.each<[string, () => Promise<never>]>([
    ["is refused", async () => Promise.reject(new TypeError("no such permission"))],
    ["throws", async () => (undefined as unknown as { query: () => never }).query()],
    ["is never answered", () => new Promise<never>(() => undefined)],
  ])("returns null if it %s", async (_, query) => {
    expect(await withTimeout(query, 10)).toBeNull();
  });
});

it("checkAccess() works in a browser without any of the queried APIs", async () => {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("location", new URL("vscode-webview://1f0c/"));
  vi.stubGlobal("document", {});
  vi.stubGlobal("isSecureContext", false);
  vi.stubGlobal("self", globalThis);
  vi.stubGlobal("top", globalThis);
  expect(await checkAccess()).toEqual({
    secure: false,
    webview: true,
    embedded: false,
    allowed: null,
    permission: null,
    microphones: null,
  });
});
