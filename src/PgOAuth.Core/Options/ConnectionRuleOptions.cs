namespace PgOAuth.Options;

/// <summary>One rule: tokens with the scope may connect to these databases as these roles.</summary>
public sealed class ConnectionRuleOptions
{
    /// <summary>The scope, compared exactly.</summary>
    public string Scope { get; set; } = "";

    /// <summary>The databases it opens; <c>*</c> for all.</summary>
    public IList<string> Databases { get; } = [];

    /// <summary>The roles it may be used with; <c>*</c> for all.</summary>
    /// <value>Default: empty, which stands for all.</value>
    public IList<string> Roles { get; } = [];
}
