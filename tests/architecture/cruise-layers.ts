import { Visitor } from '@swc/core/Visitor.js'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { layerRules } from './import-table.ts'

export type LayersReport = {
  /** How many imports were looked at; none at all means that the check is blind. */
  imports: number
  violations: { rule: string; from: string; to: string }[]
}

/*
 * swc parses `using` and `await using`, but the visitor that dependency-cruiser 18 builds upon does not know them and
 * throws. They hold what a `const` holds.
 */
const visitStatement = Visitor.prototype.visitStatement
Visitor.prototype.visitStatement = function visitAlsoUsing(this: Visitor, statement) {
  const { type, decls } = statement as { type: string; decls?: Parameters<Visitor['visitVariableDeclarators']>[0] }
  if (type !== 'UsingDeclaration' || decls === undefined) return visitStatement.call(this, statement)
  this.visitVariableDeclarators(decls)
  return statement
}

/** Holds every import under `root` (its packages, services and infra) against the import table. */
export async function cruiseLayers(root: string, folders = ['packages', 'services', 'infra']): Promise<LayersReport> {
  const { output } = await cruise(folders, {
    baseDir: root,
    ruleSet: layerRules(),
    validate: true,
    doNotFollow: { path: 'node_modules' },
    // What is built from the sources is not read again.
    exclude: { path: '/dist/' },
    // An import of a type binds two rooms as much as one of a value.
    tsPreCompilationDeps: true,
    // TypeScript 7 has no API for it; without a parser named here and installed it would see no .ts at all.
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  })
  const { summary } = output as ICruiseResult
  return {
    imports: summary.totalDependenciesCruised ?? 0,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  }
}
