/** A bundle of its own (scripts/build.mjs): only a patch needs it. */
export { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
