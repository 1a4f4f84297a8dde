// html-validate with its recommended rules; every exception says why.
export const htmlRules = {
  extends: ["html-validate:recommended"],
  rules: {
    // A rule for search engines. These pages are not for them (noindex), and the name of a project or a
    // stage, which tells two tabs of a browser apart, is as long as it is.
    "long-title": "off",
    // The style sheet keeps numbers together; a non-breaking hyphen would be copied into the telephone.
    "tel-non-breaking": ["error", { ignoreClasses: ["nobreak"] }],
  },
};
