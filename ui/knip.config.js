/** What nobody uses: files, exports and packages. Style sheets count through their imports. */
/** @type {import("knip").KnipConfig} */
export default {
  compilers: {
    css: (text) =>
      [...text.matchAll(/@import\s+"([^"]+)"/g)].map(([, file]) => `import "${file}";`).join("\n"),
  },
  workspaces: {
    // The message plug-in is named in each app's project.inlang.
    // axe-core is read from disk by the end-to-end tests.
    ".": {
      entry: ["provider/provider.mjs"],
      ignoreDependencies: ["@inlang/plugin-message-format", "axe-core"],
    },
    bindings: {},
    shared: {},
    companion: {},
    console: {},
  },
};
