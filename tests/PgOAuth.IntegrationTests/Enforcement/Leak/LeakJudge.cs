using System.Text;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Sql;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.IntegrationTests.Enforcement.Leak;

/// <summary>The gate's decision without a gate: parser, resolver and policy, for one thread.</summary>
internal sealed class LeakJudge(Grant grant, ISqlCatalog catalog)
{
    private readonly SqlParser _parser = new();
    private readonly SqlResolver _resolver = new();
    private readonly SqlAccessList _accesses = new();

    /// <summary>Whether PostgreSQL's grammar has the text, and the first refusal of one of its statements.</summary>
    public (bool IsParsed, PolicyRefusal? Refusal) Decide(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        if (!_parser.Parse(text))
        {
            return (false, null);
        }

        foreach (var statement in _parser.Statements)
        {
            _resolver.Resolve(text, _parser.Tokens, _parser.Nodes, statement, catalog, _accesses);
            var decision = StatementDecision.Of(grant, new StatementFacts(text, _parser.Tokens, _parser.Nodes, statement, _accesses, catalog));
            if (!decision.IsAllowed)
            {
                return (true, decision.Refusal);
            }
        }

        return (true, null);
    }
}
