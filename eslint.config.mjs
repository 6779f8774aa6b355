// typescript-eslint's strictest rules, with types. Each exception has its reason.

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
      // A field of an index signature is read as one: dataset["op"], messages that may be anything.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      // A void function may end by returning the call of another.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A callback that does nothing.
      "@typescript-eslint/no-empty-function": ["error", { allow: ["arrowFunctions"] }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // What was caught goes on as it is.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["tests/js/**/*.ts"],
    rules: {
      // What is missing fails the test.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A test says what it looks for: part<HTMLInputElement>(".note").
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // A fake is as asynchronous as what it stands for.
      "@typescript-eslint/require-await": "off",
      "require-yield": "off",
    },
  },
);
