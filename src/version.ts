/** goshim's own version; scripts/build.mjs puts it in. */
export const version: string = process.env.GOSHIM_BUILD_VERSION ?? '0.0.0';
