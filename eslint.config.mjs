// The strictest type-checked rules of typescript-eslint. Each exception states its reason.

import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**", "!*.mjs", "!js/**", "!tests/", "!tests/js/**"]),
  eslint.configs.recommended,
  {
    files: ["*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    files: ["js/**/*.ts", "tests/js/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      // Properties of an index signature are read with brackets, as in dataset["op"].
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      // A void function may return the call of another one.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A callback may do nothing.
      "@typescript-eslint/no-empty-function": ["error", { allow: ["arrowFunctions"] }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // A caught value is rethrown unchanged.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["tests/js/**/*.ts"],
    rules: {
      // A missing value fails the test.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A test states the type of an element: part<HTMLInputElement>(".note").
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // A fake is as asynchronous as the function that it replaces.
      "@typescript-eslint/require-await": "off",
      "require-yield": "off",
    },
  },
);
