import { afterEach, describe, expect, it, vi } from "vitest";

import { isTypeSupported, supportedTypes } from "../../../js/environment/mime-types";

afterEach(() => void vi.unstubAllGlobals());

/** Stub a browser that supports the types for which `supports` holds; returns the queried types. */
function stubBrowser(supports: (mimeType: string) => boolean): string[] {
  const queries: string[] = [];
  const isTypeSupported = (mimeType: string) => (queries.push(mimeType), supports(mimeType));
  vi.stubGlobal("MediaRecorder", { isTypeSupported });
  return queries;
}

describe("the table of types", () => {
  it("holds the browser's answers, by names without spaces and quotes", () => {
    stubBrowser((type) => type.startsWith("audio/webm"));
    const types = supportedTypes();
    expect(types["audio/webm;codecs=pcm"]).toBe(true);
    expect(types["audio/ogg;codecs=opus"]).toBe(false);
    expect(types["video/webm;codecs=vp8,opus"]).toBe(false);
    expect(Object.keys(types).filter((name) => /[\s"A-Z]/.test(name))).toEqual([]);
    // The kernel refuses a larger table.
    expect(Object.keys(types).length).toBeLessThanOrEqual(256);
  });

  it("contains every type of the documentation's table of formats", () => {
    stubBrowser(() => true);
    expect(supportedTypes()).toMatchObject(
      Object.fromEntries(
        [
          "audio/webm",
          "audio/webm;codecs=opus",
          "audio/webm;codecs=pcm",
          "audio/mp4",
          "audio/mp4;codecs=mp4a.40.2",
          "audio/mp4;codecs=opus",
          "audio/ogg;codecs=opus",
          "audio/x-matroska;codecs=pcm",
          "audio/wav",
          "audio/mpeg",
          "audio/aac",
          "audio/flac",
        ].map((name) => [name, true]),
      ),
    );
  });

  it("supports nothing where there is no MediaRecorder", () => {
    vi.stubGlobal("MediaRecorder", undefined);
    expect(new Set(Object.values(supportedTypes()))).toEqual(new Set([false]));
    expect(isTypeSupported("")).toBe(false);
  });
});
