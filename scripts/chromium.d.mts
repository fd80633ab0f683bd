export function findChromium(): string | undefined;
export function findQuickChromium(): string | undefined;
export const chromiumFlags: string[];
