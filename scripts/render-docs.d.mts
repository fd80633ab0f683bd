export function renderDocs(core: typeof import("@concert-pay/core")): Record<string, string>;
