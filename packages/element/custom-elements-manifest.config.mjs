// What editors and documentation read of <concert-pay>: public members only.
export default {
  litelement: true,
  globs: ["src/concert-pay.ts", "src/define.ts"],
  outdir: ".",
  packagejson: false,
  plugins: [
    {
      name: "public-members-only",
      packageLinkPhase({ customElementsManifest }) {
        for (const { declarations = [] } of customElementsManifest.modules)
          for (const declaration of declarations)
            if (declaration.members !== undefined)
              declaration.members = declaration.members.filter(
                ({ name, privacy }) => privacy !== "private" && !name.startsWith("#"),
              );
      },
    },
  ],
};
