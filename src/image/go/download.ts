import { type Base, unknownBase } from '../bases.ts';
import { known, show, type Text } from '../text.ts';

/** A toolchain of go.dev by the URL of its archive, as an image that holds nothing else; null: the URL is another. */
export function downloadedGo(url: Text): Base | null {
  const [first] = url;
  if (typeof first !== 'string' || !official.test(first)) return null;
  const goVersion = /\/(go1\.\d+(?:\.\d+|(?:rc|beta)\d+)*)\.linux-/.exec(known(url) ?? first)?.[1] ?? null;
  return { ...unknownBase(show(url), 'an archive of Go alone'), go: 'official', goVersion };
}

/** Where go.dev/dl says that releases are kept. */
const official =
  /^https:\/\/(go\.dev\/dl|golang\.org\/dl|golang\.google\.cn\/dl|dl\.google\.com\/go|storage\.googleapis\.com\/golang)\/go/;
