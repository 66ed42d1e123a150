using System.Buffers.Binary;
using PgOAuth.Auditing;
using PgOAuth.Enforcement.Policy;
using PgOAuth.Options;
using PgOAuth.Sql;
using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using N = PgOAuth.Sql.Syntax.SqlNodeKind;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement;

/// <summary>
/// Stage 7: judges a text that no cache knows: parse, resolve, decide. One per loop, not thread-safe; keeps the parser's and the
/// resolver's memory.
/// </summary>
/// <param name="guard">Judges what concerns the session's own state; null when nothing of it needs guarding.</param>
internal sealed class StatementReader(SessionStateGuard? guard)
{
    private readonly SqlParser _parser = new();
    private readonly SqlResolver _resolver = new();
    private readonly SqlAccessList _accesses = new();
    private uint[] _parameterTypes = new uint[16];
    private string _unknown = "";
    private int _unknownStart;
    private int _unknownEnd;

    /// <summary>Judges all statements of a text as a whole (A21).</summary>
    /// <param name="sql">The text.</param>
    /// <param name="parameterTypes">The types of its parameters, as in a Parse message.</param>
    /// <param name="context">What the policy's verdict depends on; null when the gate is off.</param>
    internal Statement Read(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, GateContext? context)
    {
        var isStatement = _parser.Parse(sql);
        var guarded = guard?.Check(sql, _parser) ?? StatementVerdict.Allow;
        var denial = guarded.IsAllowed ? null : isStatement ? Denial.Of(guarded.Denial) : Denial.OfSyntax(_parser, sql);
        var reading = guarded.IsAllowed ? EffectRules.Read(sql, _parser) : default;
        var statement = new Statement(sql, parameterTypes, denial, reading, context) { IsTransactionControl = isStatement && IsTransactionControl(sql) };
        if (context is not null)
        {
            Judge(sql, parameterTypes, context, statement);
        }

        return statement;
    }

    /// <summary>Why a text is judged as it is. Slow: for people.</summary>
    internal List<Explanation> Explain(byte[] sql, GateContext context)
    {
        var explanations = new List<Explanation>();
        var isUnsettled = context.IsUnsettled;
        if (_parser.Parse(sql))
        {
            foreach (var one in _parser.Statements)
            {
                var facts = Resolve(sql, default, one, context, isUnsettled, out _);
                isUnsettled |= ChangesDefinitions(facts);
                explanations.Add(Explanation.Of(context.Grant, facts, sql));
            }
        }

        return explanations;
    }

    /// <summary>What the audit says of a text. Takes about as long as judging it, however large it is.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="parameterTypes">The types of its parameters, as in a Parse message.</param>
    /// <param name="context">What it was judged in; null when nothing could be looked up.</param>
    internal StatementEvidence Collect(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, GateContext? context)
    {
        var evidence = new EvidenceBuilder(context, sql.Length);
        var isUnsettled = context is { IsUnsettled: true };
        var types = ReadTypes(parameterTypes);
        if (_parser.Parse(sql))
        {
            foreach (var one in _parser.Statements)
            {
                var facts = context is null ? default : Resolve(sql, types, one, context, isUnsettled, out _);
                isUnsettled |= context is not null && ChangesDefinitions(facts);
                var root = _parser.Nodes[one.Root];
                if (!evidence.Add(one.Kind, sql, _parser.Tokens.AsSpan(root.Token, root.EndToken - root.Token), facts))
                {
                    break;
                }
            }
        }

        return evidence.Build();
    }

    private bool IsTransactionControl(ReadOnlySpan<byte> sql)
    {
        foreach (var one in _parser.Statements)
        {
            var tokens = StatementTokens.Of(sql, _parser, one);
            if (one.Kind is not N.TransactionStmt || tokens[0] is T.Prepare || tokens[1] is T.Prepared)
            {
                return false;
            }
        }

        return _parser.Statements.Length > 0;
    }

    private void Judge(ReadOnlySpan<byte> sql, ReadOnlySpan<byte> parameterTypes, GateContext context, Statement statement)
    {
        if (_parser.Error is not null)
        {
            statement.Refuse(Denial.OfSyntax(_parser, sql), null);
            return;
        }

        var isUnsettled = context.IsUnsettled;
        var types = ReadTypes(parameterTypes);
        foreach (var one in _parser.Statements)
        {
            var facts = Resolve(sql, types, one, context, isUnsettled, out var isUnresolved);
            var decision = StatementDecision.Of(context.Grant, facts);
            statement.IsUnresolved |= isUnresolved;
            var changes = ChangesDefinitions(facts);
            isUnsettled |= changes;
            statement.ChangesDefinitions |= changes;
            if (decision.Refusal is { } refusal)
            {
                // Who mistyped a name is helped by the name, and not by what the rules say of things that nobody knows.
                statement.Refuse(isUnresolved ? Denial.OfUnknown(_unknown, sql, _unknownStart, _unknownEnd) : Denial.Of(refusal, sql), refusal);
                return;
            }

            CollectNames(facts, statement);
        }
    }

    // Behind a definition in the same text or transaction, names mean what the catalog does not know yet (D20).
    private StatementFacts Resolve(
        ReadOnlySpan<byte> sql,
        ReadOnlySpan<uint> parameterTypes,
        SqlStatement one,
        GateContext context,
        bool isUnsettled,
        out bool isUnresolved)
    {
        isUnresolved = false;
        if (!isUnsettled)
        {
            _resolver.Resolve(sql, _parser.Tokens, _parser.Nodes, one, context.Catalog, _accesses, allowUnknown: false, parameterTypes);
            isUnresolved = _accesses.FailureKind is SqlFailureKind.NotFound;
        }

        if (isUnresolved)
        {
            _unknown = _accesses.Failure!;
            _unknownStart = _parser.Tokens[_accesses.FailureToken].Start;
            _unknownEnd = _parser.Tokens[Math.Max(_accesses.FailureToken, _accesses.FailureEndToken - 1)].End;
        }

        if (isUnsettled || isUnresolved)
        {
            _resolver.Resolve(sql, _parser.Tokens, _parser.Nodes, one, context.Catalog, _accesses, allowUnknown: true, parameterTypes);
        }

        return new StatementFacts(sql, _parser.Tokens, _parser.Nodes, one, _accesses, context.Catalog);
    }

    // Their number, and the OID of each.
    private ReadOnlySpan<uint> ReadTypes(ReadOnlySpan<byte> parameterTypes)
    {
        var count = parameterTypes.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(parameterTypes);
        if (parameterTypes.Length != 2 + (count * 4))
        {
            return default;
        }

        if (count > _parameterTypes.Length)
        {
            _parameterTypes = new uint[count];
        }

        for (var i = 0; i < count; i++)
        {
            _parameterTypes[i] = BinaryPrimitives.ReadUInt32BigEndian(parameterTypes[(2 + (i * 4))..]);
        }

        return _parameterTypes.AsSpan(0, count);
    }

    private static bool ChangesDefinitions(in StatementFacts facts)
    {
        foreach (ref readonly var access in facts.Accesses.Accesses)
        {
            if (access.Kind is SqlAccessKind.Create or SqlAccessKind.Alter or SqlAccessKind.Drop)
            {
                return true;
            }
        }

        return facts.Statement.Kind is not (N.TruncateStmt or N.LockStmt or N.CopyStmt or N.VacuumStmt)
            && StatementRequirements.Of(facts.Statement.Kind).Class is StatementClass.Permission;
    }

    private static void CollectNames(in StatementFacts facts, Statement statement)
    {
        var root = facts.Statement.Root;
        for (var i = facts.Nodes[root].First; i <= root; i++)
        {
            ref readonly var node = ref facts.Nodes[i];
            switch (node.Kind)
            {
                case N.PrepareStmt:
                    statement.EnsureNames().Prepares.Add(NameAt(facts, node.Token + 1));
                    break;
                case N.ExecuteStmt:
                    AddExecuted(statement.EnsureNames(), NameAt(facts, node.Token + 1));
                    break;
                case N.DeclareCursorStmt when HoldsCursor(facts, node):
                    statement.EnsureNames().DeclaresHold = true;
                    break;
            }
        }

        foreach (ref readonly var access in facts.Accesses.Accesses)
        {
            if (access.Kind is SqlAccessKind.UseCursor && access.Statement is not N.ClosePortalStmt)
            {
                statement.EnsureNames().UsesCursor = true;
            }
        }
    }

    // Behind a PREPARE of the same text it is that one, which was judged with the text: had it failed, this would not run.
    private static void AddExecuted(StatementNames names, byte[] name)
    {
        if (!names.Prepares.Exists(prepared => prepared.AsSpan().SequenceEqual(name)))
        {
            names.Executes.Add(name);
        }
    }

    private static byte[] NameAt(in StatementFacts facts, int token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        return name[..SqlText.WriteIdentifier(facts.Text, facts.Tokens[token], name)].ToArray();
    }

    // Before FOR there are only the cursor's name and its options.
    private static bool HoldsCursor(in StatementFacts facts, in SqlNode node)
    {
        for (var i = node.Token + 2; i < node.EndToken && facts.Tokens[i].Kind is not T.For; i++)
        {
            if (facts.Tokens[i].Kind is T.Hold && facts.Tokens[i - 1].Kind is T.With)
            {
                return true;
            }
        }

        return false;
    }
}
