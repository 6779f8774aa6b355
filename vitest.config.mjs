import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/js/**/*.test.ts"],
    // A real browser starts in some of them, on machines with two cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
