namespace PgOAuth.Options;

/// <summary>One rule of a policy, allowing or denying. What it does not name it does not touch.</summary>
public sealed class StatementRule
{
    /// <summary>What the audit record and <c>explain</c> call it.</summary>
    /// <value>Default: null; then its place in the policy.</value>
    public string? Name { get; set; }

    /// <summary>What may be done to the relations: the words of <see cref="StatementRule.Statements"/>, or <c>*</c> for all but the dangerous.</summary>
    public IList<string> Statements { get; } = [];

    /// <summary>The relations: <c>schema.name</c>, <c>schema.*</c>, <c>schema.prefix*</c>, <c>*.*</c>. Catalog schemas only by their name.</summary>
    public IList<string> Relations { get; } = [];

    /// <summary>The only columns that the rule is about.</summary>
    /// <value>Default: empty, which stands for all.</value>
    public IList<string> Columns { get; } = [];

    /// <summary>The columns that the rule is not about.</summary>
    /// <value>Default: empty.</value>
    public IList<string> ExceptColumns { get; } = [];

    /// <summary>Functions, and with <c>call</c> procedures: patterns as those of relations.</summary>
    public IList<string> Functions { get; } = [];

    /// <summary>Settings that may be set, reset and shown: <c>name</c>, <c>prefix.*</c>, <c>*</c>.</summary>
    public IList<string> Settings { get; } = [];
}
