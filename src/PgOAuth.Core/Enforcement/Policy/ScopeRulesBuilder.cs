namespace PgOAuth.Enforcement.Policy;

/// <summary>Rules in code. Each method adds one rule; <see cref="Columns"/>, <see cref="Except"/> and <see cref="Named"/> change the last one.</summary>
internal sealed class ScopeRulesBuilder
{
    private readonly IList<StatementRule> _allow;
    private readonly IList<StatementRule>? _deny;
    private StatementRule? _last;

    internal ScopeRulesBuilder(IList<StatementRule> allow, IList<StatementRule>? deny)
    {
        _allow = allow;
        _deny = deny;
    }

    internal ScopeRulesBuilder Select(params string[] relations) => Allow(["select"], relations);

    internal ScopeRulesBuilder Insert(params string[] relations) => Allow(["insert"], relations);

    internal ScopeRulesBuilder Update(params string[] relations) => Allow(["update"], relations);

    internal ScopeRulesBuilder Delete(params string[] relations) => Allow(["delete"], relations);

    /// <summary>Select, insert, update and delete.</summary>
    internal ScopeRulesBuilder ReadWrite(params string[] relations) => Allow(["select", "insert", "update", "delete"], relations);

    internal ScopeRulesBuilder Ddl(params string[] relations) => Allow(["ddl"], relations);

    /// <summary>All statements that are not dangerous, on all relations and functions that are not the server's.</summary>
    internal ScopeRulesBuilder Everything()
    {
        Allow(["*"], ["*.*"]);
        AddTo(_last!.Functions, ["*.*"]);
        return this;
    }

    /// <summary>Statements of <see cref="StatementPermissionNames"/> on relations; dangerous ones without.</summary>
    internal ScopeRulesBuilder Allow(string[] statements, params string[] relations)
    {
        var rule = Add(_allow);
        AddTo(rule.Statements, statements);
        AddTo(rule.Relations, relations);
        return this;
    }

    internal ScopeRulesBuilder Functions(params string[] functions)
    {
        AddTo(Add(_allow).Functions, functions);
        return this;
    }

    internal ScopeRulesBuilder Call(params string[] procedures)
    {
        var rule = Add(_allow);
        rule.Statements.Add("call");
        AddTo(rule.Functions, procedures);
        return this;
    }

    internal ScopeRulesBuilder Settings(params string[] settings)
    {
        AddTo(Add(_allow).Settings, settings);
        return this;
    }

    /// <summary>Denies statements, on relations or everywhere; no statements stand for all.</summary>
    internal ScopeRulesBuilder Deny(string[] statements, params string[] relations)
    {
        var rule = AddDenial();
        AddTo(rule.Statements, statements);
        AddTo(rule.Relations, relations);
        return this;
    }

    internal ScopeRulesBuilder DenyFunctions(params string[] functions)
    {
        AddTo(AddDenial().Functions, functions);
        return this;
    }

    internal ScopeRulesBuilder DenySettings(params string[] settings)
    {
        AddTo(AddDenial().Settings, settings);
        return this;
    }

    /// <summary>Limits the last rule to these columns.</summary>
    internal ScopeRulesBuilder Columns(params string[] columns)
    {
        AddTo(Last().Columns, columns);
        return this;
    }

    /// <summary>Takes these columns out of the last rule.</summary>
    internal ScopeRulesBuilder Except(params string[] columns)
    {
        AddTo(Last().ExceptColumns, columns);
        return this;
    }

    /// <summary>Names the last rule for the audit record.</summary>
    internal ScopeRulesBuilder Named(string name)
    {
        Last().Name = name;
        return this;
    }

    private StatementRule Last() => _last ?? throw new InvalidOperationException("There is no rule yet.");

    private StatementRule AddDenial() => Add(_deny ?? throw new InvalidOperationException("Denials are not part of these rules."));

    private StatementRule Add(IList<StatementRule> rules)
    {
        _last = new StatementRule();
        rules.Add(_last);
        return _last;
    }

    private static void AddTo(IList<string> list, string[] items)
    {
        foreach (var item in items)
        {
            list.Add(item);
        }
    }
}
