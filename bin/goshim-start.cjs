// First file of every Node start. In old syntax throughout, so that a Node too old for the rest can read it and say so.
var major = parseInt(process.versions.node, 10);
if (major >= 20 && process.argv[2] === 'cli') {
  process.argv.splice(2, 1);
  require('../dist/cli.cjs');
} else if (major >= 20) {
  require('../dist/shim.cjs');
} else {
  process.stderr.write(
    'goshim: Node 20 or later is needed and ' +
      process.execPath +
      ' is ' +
      process.version +
      ': set GOSHIM_NODE to a newer one, or build without goshim by GOSHIM=off\n',
  );
  process.exitCode = 3;
}
