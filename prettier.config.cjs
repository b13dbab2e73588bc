/* The plugin lies in the ignored folder, so it is named by its place there. */
const modules = process.env.MES_NODE_MODULES || `${__dirname}/.mes/node/node_modules`;

module.exports = {
    plugins: [`${modules}/@prettier/plugin-xml/src/plugin.js`],
    printWidth: 120,
    tabWidth: 4,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "ignore",
    overrides: [{ files: ["*.yml", "*.yaml", "package.json"], options: { tabWidth: 2 } }],
};
