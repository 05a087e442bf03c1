/** A bundle of its own (scripts/build.mjs): a Dockerfile needs none of it. */
export { LineCounter, parseAllDocuments, visit } from 'yaml';
