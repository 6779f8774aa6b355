import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/js/**/*.test.ts"],
    // They wait for sound most of the time.
    maxWorkers: 2,
    // A real browser starts in some of them, on machines with two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
