// First file of every Node start. In old syntax throughout, so that a Node too old for the rest can read it and say so.
var loaded = {};
var major = parseInt(process.versions.node, 10);
if (major < 20) {
  process.stderr.write(
    'goshim: Node 20 or later is needed and ' +
      process.execPath +
      ' is ' +
      process.version +
      ': set GOSHIM_NODE to a newer one, or build without goshim by GOSHIM=off\n',
  );
  process.exitCode = 3;
} else if (process.argv[2] === 'cli') {
  process.argv.splice(2, 1);
  start('cli');
} else {
  start('shim');
}

// As require() would, with what V8 compiled when the bundle was made (scripts/code-cache.mjs). Of another Node's V8, or where
// there is none, it is not taken, and the bundle is compiled as ever. No V8 flag helps, here or on the command line: it would make
// V8 refuse this, and what it kept of Node's own modules too (20 ms).
function start(name) {
  var fs = require('node:fs');
  var path = require('node:path');
  var dist = path.join(__dirname, '..', 'dist');
  var file = path.join(dist, name + '.cjs');
  var cache;
  try {
    cache = fs.readFileSync(path.join(dist, name + '.cache'));
  } catch (_) {
    cache = undefined;
  }
  // What a bundle asks for: Node's own modules, or a bundle beside it.
  function load(id) {
    if (id.charAt(0) !== '.') return require(id);
    var beside = id.slice(2, -'.cjs'.length);
    loaded[beside] = loaded[beside] || start(beside);
    return loaded[beside];
  }
  // module.constructor is what node:module would give, whose loading takes longer than all of this.
  var source = module.constructor.wrap(fs.readFileSync(file, 'utf8'));
  var script = new (require('node:vm').Script)(source, { filename: file, cachedData: cache });
  var bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, load, bundle, file, dist);
  return bundle.exports;
}
