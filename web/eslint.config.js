import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// The floors, lowest first. A folder may import from its own and from lower floors only; the folders of one floor
// are strangers to each other.
const floors = [
  ["lib"],
  ["ui"],
  ["api"],
  ["live"],
  ["features/accounts"],
  ["features/audit"],
  ["features/workspaces", "features/lab"],
  ["features/trash"],
  ["features/projects"],
  ["features/history"],
  ["features/presence", "features/outbox"],
  ["features/comments"],
  ["features/tasks"],
  ["features/past", "features/selection"],
  ["features/board", "features/list", "features/calendar", "features/mywork", "features/search"],
  ["app"],
];

const zones = floors.slice(0, -1).flatMap((floor, height) =>
  floor.map((folder) => ({
    target: `./src/${folder}`,
    from: floors
      .slice(height)
      .flat()
      .filter((other) => other !== folder)
      .map((other) => `./src/${other}`),
    message: `${folder} may only import from lower floors (see eslint.config.js).`,
  })),
);

export default tseslint.config(
  { ignores: ["node_modules", "dist", "src/api/generated", "public"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  jsxA11y.flatConfigs.recommended,
  { files: ["scripts/**"], languageOptions: { globals: { process: "readonly", URL: "readonly" } } },
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.json" })] },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/order": [
        "error",
        {
          groups: [["builtin", "external"], "internal", ["parent", "sibling", "index"]],
          pathGroups: [{ pattern: "@/**", group: "internal" }],
          pathGroupsExcludedImportTypes: ["builtin"],
          "newlines-between": "always",
          alphabetize: { order: "asc", caseInsensitive: true },
        },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": "error",
      "max-lines": ["error", 500],
      // The label rule does not know Mantine's inputs, which tie their own labels.
      "jsx-a11y/label-has-associated-control": "off",
      // Focus goes where the user asked to type: dialogs and inline edits.
      "jsx-a11y/no-autofocus": "off",
    },
  },
);
