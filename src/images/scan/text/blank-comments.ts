/** Everything that can hide a comment's beginning, then the comments: texts in quotes, `//…` and slash-star comments. */
const TOKEN = /"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A JSON text with comments (JSONC) in which these, and tabs, are spaces. As long as before, so that offsets stay. */
export function blankComments(text: string): string {
  // One that is not closed goes to the end; found so, as looking for its end from each beginning would take for ever.
  const open = text.lastIndexOf('/*');
  const closed = open >= 0 && text.indexOf('*/', open) < 0 ? `${text}*/` : text;
  const blank = closed.replace(TOKEN, (token) =>
    token.startsWith('"') ? token : token.replace(/[^\r\n]/g, ' '),
  );
  return blank.slice(0, text.length).replaceAll('\t', ' ');
}
