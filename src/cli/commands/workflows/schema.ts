// signalbox schema: the JSON Schema of the files, for editors.
import { Argument, type Command } from 'commander'
import { jsonSchema } from '../../../workflow/file/json-schema.ts'
import { printJson } from '../../text/output.ts'

export function addSchema(command: Command): void {
  command
    .addArgument(
      new Argument('[kind]', 'of which file').choices(['workflow', 'standards']).default('workflow'),
    )
    .option('--json', 'the same: a schema is JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox schema > workflow.schema.json
  $ signalbox schema standards > standards.schema.json
  and as first line of a workflow file:  # yaml-language-server: $schema=../workflow.schema.json`,
    )
    .action((kind: 'workflow' | 'standards') => printJson(jsonSchema(kind)))
}
