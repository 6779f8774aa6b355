import { afterEach, describe, expect, it, vi } from "vitest";

import { isTypeSupported, supportedTypes } from "../../../js/environment/mime-types";

afterEach(() => void vi.unstubAllGlobals());

/** A browser that supports what `says` says of; returns what it was asked. */
function stubBrowser(says: (mimeType: string) => boolean): string[] {
  const asked: string[] = [];
  const isTypeSupported = (mimeType: string) => (asked.push(mimeType), says(mimeType));
  vi.stubGlobal("MediaRecorder", { isTypeSupported });
  return asked;
}

describe("the table of types", () => {
  it("says what the browser says, by names without spaces and quotes", () => {
    stubBrowser((type) => type.startsWith("audio/webm"));
    const types = supportedTypes();
    expect(types["audio/webm;codecs=pcm"]).toBe(true);
    expect(types["audio/ogg;codecs=opus"]).toBe(false);
    expect(types["video/webm;codecs=vp8,opus"]).toBe(false);
    expect(Object.keys(types).filter((name) => /[\s"A-Z]/.test(name))).toEqual([]);
    // The kernel takes so many entries of so many characters, and no more.
    expect(Object.keys(types).length).toBeLessThanOrEqual(256);
  });

  it("knows every type of the table of formats", () => {
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
