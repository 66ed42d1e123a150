namespace PgOAuth.Options;

/// <summary>Rules in code. Each method adds one rule; <see cref="Columns"/>, <see cref="Except"/> and <see cref="Named"/> change the last one.</summary>
public sealed class ScopeRulesBuilder
{
    private readonly IList<StatementRule> _allow;
    private readonly IList<StatementRule>? _deny;
    private StatementRule? _last;

    internal ScopeRulesBuilder(IList<StatementRule> allow, IList<StatementRule>? deny)
    {
        _allow = allow;
        _deny = deny;
    }

    /// <summary>Reading rows.</summary>
    public ScopeRulesBuilder Select(params string[] relations) => Allow(["select"], relations);

    /// <summary>New rows.</summary>
    public ScopeRulesBuilder Insert(params string[] relations) => Allow(["insert"], relations);

    /// <summary>Changes of rows.</summary>
    public ScopeRulesBuilder Update(params string[] relations) => Allow(["update"], relations);

    /// <summary>Removal of rows.</summary>
    public ScopeRulesBuilder Delete(params string[] relations) => Allow(["delete"], relations);

    /// <summary>Select, insert, update and delete.</summary>
    public ScopeRulesBuilder ReadWrite(params string[] relations) => Allow(["select", "insert", "update", "delete"], relations);

    /// <summary>Definitions: CREATE, ALTER, DROP, COMMENT.</summary>
    public ScopeRulesBuilder Ddl(params string[] relations) => Allow(["ddl"], relations);

    /// <summary>All statements that are not dangerous, on all relations and functions that are not the server's.</summary>
    public ScopeRulesBuilder Everything()
    {
        Allow(["*"], ["*.*"]);
        AddTo(_last!.Functions, ["*.*"]);
        return this;
    }

    /// <summary>Statements of <see cref="StatementRule.Statements"/> on relations; dangerous ones without.</summary>
    public ScopeRulesBuilder Allow(string[] statements, params string[] relations)
    {
        var rule = Add(_allow);
        AddTo(rule.Statements, statements);
        AddTo(rule.Relations, relations);
        return this;
    }

    /// <summary>Functions in expressions.</summary>
    public ScopeRulesBuilder Functions(params string[] functions)
    {
        AddTo(Add(_allow).Functions, functions);
        return this;
    }

    /// <summary>Procedures, by CALL.</summary>
    public ScopeRulesBuilder Call(params string[] procedures)
    {
        var rule = Add(_allow);
        rule.Statements.Add("call");
        AddTo(rule.Functions, procedures);
        return this;
    }

    /// <summary>Settings that may be set, reset and shown.</summary>
    public ScopeRulesBuilder Settings(params string[] settings)
    {
        AddTo(Add(_allow).Settings, settings);
        return this;
    }

    /// <summary>Denies statements, on relations or everywhere; no statements stand for all.</summary>
    public ScopeRulesBuilder Deny(string[] statements, params string[] relations)
    {
        var rule = AddDenial();
        AddTo(rule.Statements, statements);
        AddTo(rule.Relations, relations);
        return this;
    }

    /// <summary>Denies functions and procedures.</summary>
    public ScopeRulesBuilder DenyFunctions(params string[] functions)
    {
        AddTo(AddDenial().Functions, functions);
        return this;
    }

    /// <summary>Denies settings.</summary>
    public ScopeRulesBuilder DenySettings(params string[] settings)
    {
        AddTo(AddDenial().Settings, settings);
        return this;
    }

    /// <summary>Limits the last rule to these columns.</summary>
    public ScopeRulesBuilder Columns(params string[] columns)
    {
        AddTo(Last().Columns, columns);
        return this;
    }

    /// <summary>Takes these columns out of the last rule.</summary>
    public ScopeRulesBuilder Except(params string[] columns)
    {
        AddTo(Last().ExceptColumns, columns);
        return this;
    }

    /// <summary>Names the last rule for the audit record.</summary>
    public ScopeRulesBuilder Named(string name)
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
