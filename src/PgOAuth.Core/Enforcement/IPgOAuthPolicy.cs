using PgOAuth.Authentication;

namespace PgOAuth.Enforcement;

/// <summary>Tells what the policy says of a statement, and which rule of which scope says it, without running it.</summary>
/// <remarks>
/// Thread-safe. The answer is that of the policy, the settings and the catalog at the moment, by the same code that judges sessions, and it is
/// the same whether the gate enforces, observes or is off. Nothing of it is audited.
/// </remarks>
public interface IPgOAuthPolicy
{
    /// <summary>Explains what would become of a text that a token sends.</summary>
    /// <param name="request">Whose text, and where.</param>
    /// <param name="cancellationToken">Gives up; the catalog may have to be read first.</param>
    /// <exception cref="InvalidOperationException">The database's catalog cannot be read.</exception>
    ValueTask<PolicyExplanation> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken = default);

    /// <summary>Explains what would become of a text that a token sends.</summary>
    /// <param name="sql">The text: one statement or several.</param>
    /// <param name="claims">What the token says.</param>
    /// <param name="database">The database, as clients ask for it.</param>
    /// <param name="cancellationToken">Gives up; the catalog may have to be read first.</param>
    /// <exception cref="InvalidOperationException">The database's catalog cannot be read.</exception>
    ValueTask<PolicyExplanation> ExplainAsync(string sql, TokenClaims claims, string database, CancellationToken cancellationToken = default) =>
        ExplainAsync(new ExplainRequest { Sql = sql, Claims = claims, Database = database }, cancellationToken);
}
