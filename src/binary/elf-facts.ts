import { readBuildInfo } from './build-info.ts';
import type { Bytes } from './bytes.ts';
import { pieFlag, pointerAt, readDynamic, readNeeded, tag } from './dynamic.ts';
import { readDynamicSymbols } from './dynamic-symbols.ts';
import { readAppended } from './extent.ts';
import type { BinaryFacts } from './facts.ts';
import { readGoFunctions } from './go-functions.ts';
import { fallbackBuildInfo, runtimeVersion } from './go-version.ts';
import type { Header } from './header.ts';
import { isGo } from './is-go.ts';
import { findPacker } from './packer.ts';
import { findPclntab, pclntabAt, pclntabSection } from './pclntab.ts';
import { attempt, once, Unreadable } from './reading.ts';
import { exactPlace, readSections, sectionType } from './sections.ts';
import { readInterpreter, readSegments, segmentType } from './segments.ts';
import { findSymbolTable } from './symbol-table.ts';
import { readSymbols } from './symbols.ts';
import { isCode, symbolBytes, symbolsDisagree } from './symbols-in-program.ts';
import { readVersionNeeds } from './version-needs.ts';

/** The facts of one ELF file. Program headers are read at once (throws Unreadable), everything else when it is asked for. */
export function elfFacts(bytes: Bytes, header: Header): BinaryFacts {
  const segments = readSegments(bytes, header);
  const sections = once(() => readSections(bytes, header));
  /** For what can be found without sections too. */
  const sectionsIfReadable = () => {
    const read = attempt(sections);
    return read.ok ? read.value : null;
  };
  const dynamic = once(() => readDynamic(bytes, segments));
  const table = once(() => findSymbolTable(bytes, sections));
  const symbols = once(() => {
    const found = table();
    if ('place' in found) return readSymbols(bytes, found.place, header.entry);
    throw new Unreadable('why' in found.state ? `symbol table: ${found.state.why}` : 'no symbol table');
  });
  const dynamicSymbols = once(() =>
    readDynamicSymbols(bytes, segments, dynamic(), {
      goarch: header.goarch,
      sectionCount: address => {
        const section = sectionsIfReadable()?.find(one => one.type === sectionType.dynamicSymbols);
        return section?.address === address ? section.size / (bytes.wide ? 24 : 16) : null;
      },
    }),
  );
  const pclntab = once(() => findPclntab(bytes, segments, sectionsIfReadable()));
  /** By the symbol first where no section names it: a PIE has it deep in a large section. */
  const functionTable = () => {
    const said = pclntabSection(sectionsIfReadable()) === undefined ? symbols().place('runtime.pclntab') : null;
    return (said && pclntabAt(bytes, segments, said.address)) ?? pclntab();
  };
  const pointer = (address: number): number => pointerAt(bytes, segments, dynamic(), address);
  const places = () => ({ bytes, segments, sections: sectionsIfReadable(), pointerAt: pointer });
  const buildInfo = once(() => readBuildInfo(places()) ?? fallbackBuildInfo(places(), symbols, pclntab));
  const packer = once(() => findPacker(bytes, header, segments, sectionsIfReadable() !== null));

  return {
    size: bytes.size,
    class: bytes.wide ? 64 : 32,
    littleEndian: bytes.littleEndian,
    goarch: header.goarch,
    type: header.type,
    entry: header.entry,
    entryIsCode: isCode(segments, Number(header.entry)),
    hasDynamicSegment: segments.some(({ type }) => type === segmentType.dynamic),
    interpreter: () => attempt(() => readInterpreter(bytes, segments)),
    needed: () => attempt(() => readNeeded(dynamic())),
    isPie: () => attempt(() => ((dynamic()?.get(tag.flags1) ?? 0) & pieFlag) !== 0),
    hasInitArray: () => attempt(() => dynamic()?.get(tag.initArray) !== undefined),
    soname: () =>
      attempt(() => {
        const offset = dynamic()?.get(tag.soname);
        return offset === undefined ? null : (dynamic()?.string(offset, 'DT_SONAME') ?? null);
      }),
    versionNeeds: () => attempt(() => readVersionNeeds(bytes, segments, dynamic())),
    dynamicSymbols: () => attempt(dynamicSymbols),
    sections: () =>
      attempt(() =>
        (sections() ?? []).map(({ name, type }, index) => ({ name, type, ...exactPlace(bytes, header, index) })),
      ),
    hasSection: name => attempt(() => (sections() ?? []).some(section => section.name === name)),
    symbolTable: () => table().state,
    symbols: names => attempt(() => symbols().find(names).listed),
    definedSymbols: names => attempt(() => symbols().find(names).defined),
    symbolBytes: (name, length) => attempt(() => symbolBytes(bytes, segments, symbols(), name, length)),
    runtimeVersion: () => attempt(() => runtimeVersion(places(), symbols()) || null),
    symbolsDisagree: names =>
      attempt(() =>
        symbolsDisagree({ bytes, segments, goarch: header.goarch, symbols: symbols(), functionTable }, names),
      ),
    findSymbols: (match, limit) => attempt(() => symbols().search(match, limit)),
    entrySymbol: () => attempt(() => symbols().entry()),
    goFunctions: names =>
      attempt(() => {
        const found = pclntab();
        if (found === null) throw new Unreadable('no Go function table (pclntab) was found');
        return readGoFunctions(bytes, found, names);
      }),
    buildInfo: () => attempt(buildInfo),
    packer: () => {
      const found = attempt(packer);
      return found.ok ? found.value : null;
    },
    appendedBytes: () => attempt(() => readAppended(bytes, header, segments, sections())),
    isGo: () =>
      attempt(() =>
        isGo({ bytes, segments, sections, buildInfo, pclntab, packer, needed: () => readNeeded(dynamic()) }),
      ),
  };
}
