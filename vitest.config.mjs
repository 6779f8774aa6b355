import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/js/**/*.test.ts"],
    // The tests wait for sound most of the time.
    maxWorkers: 2,
    // Some tests start a real browser, on machines with two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
