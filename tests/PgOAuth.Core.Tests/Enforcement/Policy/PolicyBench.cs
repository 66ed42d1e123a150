using System.Text;
using PgOAuth.Options;
using PgOAuth.Sql;
using PgOAuth.Sql.Resolution;
using Xunit;

namespace PgOAuth.Enforcement.Policy;

/// <summary>From the text of a statement to the policy's decision, with PostgreSQL's grammar and a catalog in memory.</summary>
internal sealed class PolicyBench
{
    private readonly SqlParser _parser = new();
    private readonly SqlResolver _resolver = new();
    private readonly SqlAccessList _accesses = new();

    internal PolicyBench(Action<StatementPolicyOptions> configure)
    {
        var options = new StatementPolicyOptions();
        configure(options);
        Policy = PolicyCompiler.Compile(options, Catalog);
    }

    /// <summary>One scope, "s", that every statement is decided with.</summary>
    internal static PolicyBench Of(Action<ScopeRulesBuilder> scope, bool allowsUnknown = false) => new(policy => policy.AddScope("s", scope)) { AllowsUnknown = allowsUnknown };

    internal PolicyCatalog Catalog { get; } = new();

    internal CompiledPolicy Policy { get; }

    /// <summary>Whether the catalog may be behind what the session sees.</summary>
    internal bool AllowsUnknown { get; init; }

    internal StatementFacts Read(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        Assert.True(_parser.Parse(text), $"{sql}: {_parser.Error}");
        Assert.Equal(1, _parser.Statements.Length);
        var statement = _parser.Statements[0];
        _resolver.Resolve(text, _parser.Tokens, _parser.Nodes, statement, Catalog, _accesses, AllowsUnknown);
        return new StatementFacts(text, _parser.Tokens, _parser.Nodes, statement, _accesses, Catalog);
    }

    internal PolicyRefusal? Decide(string sql, params string[] scopes) => Decide(Policy.Grants.Get(scopes.Length == 0 ? ["s"] : scopes), sql);

    internal PolicyRefusal? Decide(Grant grant, string sql) => StatementDecision.Of(grant, Read(sql)).Refusal;

    internal Explanation Explain(string sql, params string[] scopes) => Explanation.Of(Policy.Grants.Get(scopes), Read(sql));

    internal void Allows(string sql)
    {
        var refusal = Decide(sql);
        Assert.True(refusal is null, $"{sql}: {refusal?.Message}");
    }

    internal PolicyRefusal Refuses(string sql)
    {
        var refusal = Decide(sql);
        Assert.True(refusal is not null, $"{sql} was allowed");
        return refusal;
    }
}
