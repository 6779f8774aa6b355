// Why a page was refused, by where it is; and questions that a browser does not answer.

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
    ["a person's no", DENIED, {}, null],
    ["Firefox's words for everything", "The request is not allowed by the user agent.", {}, null],
    ["a question that was closed", "Permission dismissed", { permission: "prompt" }, "dismissed"],
    ["the operating system", "Permission denied by system", {}, "system"],
    ["a frame without allow", DENIED, { embedded: true, allowed: false }, "frame"],
    ["a header", DENIED, { allowed: false }, "header"],
    ["a frame that may, and a person's no", DENIED, { embedded: true }, null],
    ["a frame of which nothing is known", DENIED, { embedded: true, allowed: null }, null],
    ["VS Code", DENIED, { webview: true, embedded: true, allowed: false }, "webview"],
  ])("%s", (_, message, place, cause) => {
    expect(causeOf(message, { ...USUAL, ...place })).toBe(cause);
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

describe("a question to the browser", () => {
  it("gives what it answers", async () => {
    expect(await withTimeout(async () => 3)).toBe(3);
  });

  it.each<[string, () => Promise<never>]>([
    ["is refused", async () => Promise.reject(new TypeError("no such permission"))],
    ["throws", async () => (undefined as unknown as { query: () => never }).query()],
    ["is never answered", () => new Promise<never>(() => undefined)],
  ])("gives nothing where it %s", async (_, ask) => {
    expect(await withTimeout(ask, 10)).toBeNull();
  });
});

it("a browser that has nothing of what is asked about is looked at all the same", async () => {
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
