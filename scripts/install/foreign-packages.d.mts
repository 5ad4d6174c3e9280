export function installForeignPackages(): Promise<void>;
