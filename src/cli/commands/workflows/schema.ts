// signalbox schema: the JSON Schema of the files, for editors.
import { Argument, type Command } from 'commander'
import { jsonSchema } from '../../../workflow/file/json-schema.ts'
import { printJson } from '../../text/output.ts'

export function addSchema(command: Command): void {
  command
    .addArgument(new Argument('[kind]', 'which file').choices(['workflow', 'standards']).default('workflow'))
    .option('--json', 'no difference: a schema is JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ signalbox schema > workflow.schema.json
  $ signalbox schema standards > standards.schema.json
  and in the first line of a workflow file:  # yaml-language-server: $schema=../workflow.schema.json`,
    )
    .action((kind: 'workflow' | 'standards') => printJson(jsonSchema(kind)))
}
