export const ROOT: string;
export const DIST: string;
export const PROGRAM: string;
export const INPUTS: readonly string[];
export function stampOf(inputs?: readonly string[]): string;
export function programOf(stamp: string): string;
export function isBuilt(): boolean;
